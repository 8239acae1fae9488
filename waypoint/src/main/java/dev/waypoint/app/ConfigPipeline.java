package dev.waypoint.app;

import dev.waypoint.admin.ConfigState;
import dev.waypoint.config.Finding;
import dev.waypoint.config.Finding.Severity;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.gatewayapi.Translation;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.observe.Meters;
import dev.waypoint.plan.RoutingSnapshot;
import dev.waypoint.plan.SnapshotCompiler;
import dev.waypoint.plan.SnapshotStore;
import dev.waypoint.source.FolderContent;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import dev.waypoint.source.envoy.EnvoyBootstrap;
import dev.waypoint.upstream.SessionTokens;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way from files to the snapshot in force. One change at a time. */
final class ConfigPipeline {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigPipeline.class);

    private final List<Finding> pluginFindings;
    private final Meters meters;
    private final SnapshotStore store;
    private final Translator translator;
    private final SnapshotCompiler compiler;
    private final AtomicInteger replicas = new AtomicInteger(1);
    private FolderContent folder = FolderContent.EMPTY;
    private ResourceSet resources = ResourceSet.EMPTY;

    ConfigPipeline(
            FilterCatalog catalog,
            List<Finding> pluginFindings,
            Meters meters,
            SnapshotStore store,
            SessionTokens tokens) {
        this.pluginFindings = List.copyOf(pluginFindings);
        this.meters = meters;
        this.store = store;
        translator = new Translator(catalog, TranslatorSettings.FOR_FILES);
        compiler = new SnapshotCompiler(catalog, meters.filters(), replicas::get, InstantSource.system(), tokens);
    }

    /**
     * Puts what a folder says into force.
     *
     * @return the new state; if a bug of ours keeps it from coming into force, the snapshot in it is the old one
     */
    synchronized ConfigState apply(FolderContent content) {
        resources = ResourceReader.read(content, folder, resources);
        folder = content;
        List<Finding> findings = new ArrayList<>(pluginFindings);
        Translation translation;
        RoutingSnapshot snapshot;
        try {
            translation = translator.translate(resources);
            translation.findings().stream().map(content::locate).forEach(findings::add);
            snapshot = compiler.compile(translation.ir(), store.current());
        } catch (RuntimeException bug) {
            LOG.error("this configuration cannot be put into force, the one before stays; this is a bug", bug);
            meters.configRefused();
            findings.add(Finding.error(
                    new ResourceRef("", "Waypoint", "", "configuration"),
                    "",
                    "",
                    "cannot be put into force, the one before stays; this is a bug: " + bug));
            return new ConfigState(resources, findings, Map.of(), store.current(), Map.of(), Instant.now());
        }
        store.install(snapshot);
        snapshot.problems()
                .forEach(problem ->
                        findings.add(Finding.error(new ResourceRef("", "Waypoint", "", "snapshot"), "", "", problem)));
        ConfigState state =
                new ConfigState(resources, findings, translation.statuses(), snapshot, Map.of(), Instant.now());
        count(state);
        return state;
    }

    /**
     * Puts what an Envoy bootstrap says into force.
     *
     * @return the new state; if a bug of ours keeps it from coming into force, the snapshot in it is the old one
     */
    synchronized ConfigState apply(EnvoyBootstrap bootstrap) {
        List<Finding> findings = new ArrayList<>(pluginFindings);
        findings.addAll(bootstrap.findings());
        RoutingSnapshot snapshot = compiler.compile(bootstrap.routing(), store.current());
        store.install(snapshot);
        ConfigState state = new ConfigState(ResourceSet.EMPTY, findings, Map.of(), snapshot, Map.of(), Instant.now());
        count(state);
        return state;
    }

    /**
     * Puts what a controller decided into force.
     *
     * @throws RuntimeException if a bug of ours keeps it from coming into force; the snapshot before stays
     */
    synchronized ConfigState apply(RoutingIr routing) {
        RoutingSnapshot snapshot = compiler.compile(routing, store.current());
        store.install(snapshot);
        List<Finding> findings = new ArrayList<>(pluginFindings);
        snapshot.problems()
                .forEach(problem ->
                        findings.add(Finding.error(new ResourceRef("", "Waypoint", "", "snapshot"), "", "", problem)));
        ConfigState state = new ConfigState(ResourceSet.EMPTY, findings, Map.of(), snapshot, Map.of(), Instant.now());
        count(state);
        return state;
    }

    /** Notes how many proxies share what is divided among them. */
    void replicas(int count) {
        replicas.set(count);
    }

    private void count(ConfigState state) {
        Map<Severity, Integer> bySeverity = new EnumMap<>(Severity.class);
        state.findings().forEach(finding -> bySeverity.merge(finding.severity(), 1, Integer::sum));
        state.snapshot().backends().forEach((id, backend) -> meters.backend(id, backend.meters()));
        meters.configInstalled(new Meters.ConfigFacts(
                state.snapshot().version(),
                state.installed().toEpochMilli(),
                state.resources().size(),
                bySeverity));
    }
}
