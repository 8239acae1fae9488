package dev.waypoint.source.envoy;

import dev.waypoint.config.Finding;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.RoutingIr;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A bootstrap, translated.
 *
 * @param routing what is served
 * @param findings what is wrong (errors) or has no effect here (warnings)
 * @param files the files that it was read from: the bootstrap itself and the route configurations that it names
 * @param drafts what each filter was made from
 */
public record EnvoyBootstrap(
        RoutingIr routing, List<Finding> findings, Set<Path> files, Map<FilterIr, FilterDraft> drafts) {

    public EnvoyBootstrap {
        findings = List.copyOf(findings);
        files = Set.copyOf(files);
        drafts = Map.copyOf(drafts);
    }

    /**
     * Reads a bootstrap and translates it.
     *
     * @param file YAML or JSON
     * @param catalog the filters that there are
     * @throws UnreadableBootstrap if the file cannot be read at all; all else is a finding
     */
    public static EnvoyBootstrap read(Path file, FilterCatalog catalog) throws UnreadableBootstrap {
        return BootstrapReader.read(file, catalog);
    }

    /** Whether it must not be served. */
    public boolean isBroken() {
        return findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }
}
