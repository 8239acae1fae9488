package dev.waypoint.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Finding;
import dev.waypoint.config.NearestName;
import dev.waypoint.config.RecordReader;
import dev.waypoint.config.ResourceRef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The filters that are installed: those on the class path, and those of further class loaders such as that of a plugin folder.
 * Immutable.
 */
public final class FilterCatalog {

    private final Map<String, FilterFactory<?>> factories;

    private FilterCatalog(Map<String, FilterFactory<?>> factories) {
        this.factories = factories;
    }

    /** No filters. */
    public static FilterCatalog empty() {
        return new FilterCatalog(Map.of());
    }

    /** A catalog of the given filters only, for tests and tools. Later ones of the same name are left out. */
    public static FilterCatalog of(FilterFactory<?>... chosen) {
        Map<String, FilterFactory<?>> factories = new TreeMap<>();
        for (FilterFactory<?> factory : chosen) {
            factories.putIfAbsent(factory.kind().name(), factory);
        }
        return new FilterCatalog(factories);
    }

    /** The filters on the class path of this product. */
    public static FilterCatalog installed(Consumer<Finding> findings) {
        ClassLoader own = FilterCatalog.class.getClassLoader();
        return own == null ? empty() : empty().plus(own, "the class path", findings);
    }

    /**
     * This catalog and the filters that a class loader adds. A filter that cannot be loaded, or whose name is taken, is left out
     * and reported.
     *
     * @param origin names the class loader for people, such as the path of a jar
     */
    public FilterCatalog plus(ClassLoader loader, String origin, Consumer<Finding> findings) {
        ResourceRef plugin = new ResourceRef("", "Plugin", "", origin);
        Map<String, FilterFactory<?>> all = new TreeMap<>(factories);
        var providers = ServiceLoader.load(FilterFactory.class, loader).stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return new FilterCatalog(all);
                }
                add(all, providers.next().get(), plugin, findings);
            } catch (ServiceConfigurationError | RuntimeException | LinkageError failure) {
                findings.accept(Finding.error(plugin, "", "", "a filter cannot be loaded: " + failure));
            }
        }
    }

    private static void add(
            Map<String, FilterFactory<?>> all,
            FilterFactory<?> factory,
            ResourceRef plugin,
            Consumer<Finding> findings) {
        FilterFactory<?> present = all.putIfAbsent(factory.kind().name(), factory);
        // A child class loader shows the providers of its parents again: those are not duplicates.
        if (present != null && present.getClass() != factory.getClass()) {
            findings.accept(Finding.error(
                    plugin,
                    factory.getClass().getName(),
                    factory.kind().name(),
                    "the name of this filter is taken by " + present.getClass().getName() + ": rename it"));
        }
    }

    /** The factory of the filters of a name. */
    public Optional<FilterFactory<?>> find(String name) {
        return Optional.ofNullable(factories.get(name));
    }

    /** All factories in the order of their names. */
    public Collection<FilterFactory<?>> all() {
        return List.copyOf(factories.values());
    }

    /** The kinds of all filters in the order of their names. */
    public Stream<FilterKind<?>> kinds() {
        return factories.values().stream().map(FilterFactory::kind);
    }

    /**
     * Reads the configuration of a filter.
     *
     * @param name the filter
     * @param config the data
     * @param ref the object that configures the filter
     * @param namePath where in the object the filter is named, such as {@code spec.filter}
     * @param configPath where in the object the data stands, such as {@code spec.config}
     * @return the configuration record, or empty if there were findings
     */
    public Optional<Record> readConfig(
            String name,
            JsonNode config,
            ResourceRef ref,
            String namePath,
            String configPath,
            Consumer<Finding> findings) {
        FilterFactory<?> factory = factories.get(name);
        if (factory == null) {
            String hint = NearestName.of(factories.keySet(), name)
                    .map(near -> "no such filter is installed, did you mean '" + near + "'?")
                    .orElseGet(() -> "no such filter is installed, there are " + String.join(", ", factories.keySet()));
            findings.accept(Finding.error(ref, namePath, "'" + name + "'", hint));
            return Optional.empty();
        }
        return RecordReader.read(config, factory.kind().configType(), ref, configPath, findings)
                .map(Record.class::cast);
    }
}
