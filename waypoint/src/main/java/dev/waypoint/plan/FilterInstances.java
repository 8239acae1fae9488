package dev.waypoint.plan;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.ResolvedIr;
import dev.waypoint.observe.FilterMeters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The live filters of one compilation. Equal (filter, configuration, source, target, references) share one instance, within a
 * snapshot and across snapshots: limiter counters and channels survive changes that do not concern them.
 */
final class FilterInstances {

    private final FilterCatalog catalog;
    private final FilterEnvironments environments;
    private final Map<Key, Instance> before = new HashMap<>();
    private final Map<Lineage, Instance> lineages = new HashMap<>();
    private final Map<Key, Instance> now = new LinkedHashMap<>();

    FilterInstances(FilterCatalog catalog, FilterEnvironments environments, List<Instance> previous) {
        this.catalog = catalog;
        this.environments = environments;
        for (Instance instance : previous) {
            before.put(instance.key, instance);
            lineages.put(instance.key.lineage(), instance);
        }
    }

    /** What makes two filters one. */
    record Key(
            String filter,
            Record config,
            ResourceRef source,
            String target,
            Map<ConfigReference, ResolvedIr> references) {
        Lineage lineage() {
            return new Lineage(filter, source, target);
        }
    }

    /** What makes a filter the successor of another. */
    record Lineage(String filter, ResourceRef source, String target) {}

    /** A live filter with its counters. */
    record Instance(Key key, FilterKind<?> kind, HttpFilter filter, FilterMeters meters) {}

    /** A filter that could not be made. */
    static final class UnusableFilter extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableFilter(String message) {
            super(message);
        }
    }

    /** The chain entry of a filter; its instance is made if there is none. */
    ChainEntry entry(FilterIr ir) throws UnusableFilter {
        Key key = new Key(ir.filter(), ir.config(), ir.source(), ir.target(), ir.references());
        Instance instance = now.get(key);
        if (instance == null) {
            instance = before.get(key);
            if (instance == null) {
                instance = make(key, ir);
            }
            now.put(key, instance);
        }
        return new ChainEntry(ir, instance.kind().placement(), instance.filter(), instance.meters());
    }

    /** Notes that a chain entry made by an earlier compilation goes on being used. */
    void keep(ChainEntry entry) {
        FilterIr ir = entry.ir();
        Key key = new Key(ir.filter(), ir.config(), ir.source(), ir.target(), ir.references());
        Instance instance = before.get(key);
        if (instance != null) {
            now.putIfAbsent(key, instance);
        }
    }

    private Instance make(Key key, FilterIr ir) throws UnusableFilter {
        FilterFactory<?> factory = catalog.find(ir.filter())
                .orElseThrow(() -> new UnusableFilter(ir.source() + " names the filter '" + ir.filter()
                        + "', expected one of those installed (see the filters page)"));
        Optional<HttpFilter> predecessor =
                Optional.ofNullable(lineages.get(key.lineage())).map(Instance::filter);
        FilterMeters meters = environments.meters(ir.filter(), ir.source());
        HttpFilter filter = create(factory, ir, predecessor);
        return new Instance(key, factory.kind(), filter, meters);
    }

    private <C extends Record> HttpFilter create(
            FilterFactory<C> factory, FilterIr ir, Optional<HttpFilter> predecessor) throws UnusableFilter {
        Class<C> type = factory.kind().configType();
        if (!type.isInstance(ir.config())) {
            throw new UnusableFilter(ir.source() + " gives the filter '" + ir.filter() + "' a configuration of type "
                    + ir.config().getClass().getSimpleName() + ", expected " + type.getSimpleName());
        }
        try {
            return factory.create(type.cast(ir.config()), environments.environment(ir, predecessor));
        } catch (RuntimeException failure) {
            throw new UnusableFilter(
                    ir.source() + ": the filter '" + ir.filter() + "' could not be made: " + failure.getMessage());
        }
    }

    /** The instances in use now. */
    List<Instance> inUse() {
        return List.copyOf(now.values());
    }
}
