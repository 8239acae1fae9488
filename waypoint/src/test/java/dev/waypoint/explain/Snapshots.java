package dev.waypoint.explain;

import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.observe.FilterCounters;
import dev.waypoint.plan.RoutingSnapshot;
import dev.waypoint.plan.SnapshotCompiler;
import dev.waypoint.plan.SnapshotStore;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Snapshots of YAML, without sockets. */
final class Snapshots {

    private Snapshots() {}

    static RoutingSnapshot of(String yaml, Path folder) throws IOException {
        Files.writeString(folder.resolve("c.yaml"), yaml);
        ResourceSet set = ResourceReader.read(new FolderSource(folder).load(), ResourceSet.EMPTY);
        FilterCatalog catalog = FilterCatalog.installed(finding -> {
            throw new AssertionError(finding);
        });
        return new SnapshotCompiler(catalog, new FilterCounters(), () -> 1, InstantSource.system())
                .compile(
                        new Translator(catalog, TranslatorSettings.FOR_FILES)
                                .translate(set)
                                .ir(),
                        new SnapshotStore().current());
    }
}
