package dev.waypoint.gatewayapi;

import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.JoiningFactory;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.ActionIr.WeightedIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.ResolvedIr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts one filter in the place of those of a chain that decide together, such as the rate limits of all levels.
 *
 * <p>What is attached to the Service of a backend is part of that decision, for the requests that go there. Only where a header names
 * the backend, which filters of the rule may change, it is asked when the backend is chosen, after what the rule decided.
 */
final class JoinedFilters {

    private final FilterCatalog catalog;
    private final String route;
    private final String rule;

    JoinedFilters(FilterCatalog catalog, String route, String rule) {
        this.catalog = catalog;
        this.route = route;
        this.rule = rule;
    }

    /** The filters of a rule, and its action without those that went into the rule's chain. */
    record Joined(List<FilterIr> filters, ActionIr action) {}

    /** A filter with its level, and the backend whose requests it is for; empty for all. */
    private record Levelled(FilterIr filter, Level level, String backend) {
        Levelled(FilterIr filter, Level level) {
            this(filter, level, "");
        }
    }

    /**
     * Joins the filters of a rule.
     *
     * @param chain the filters in the order of the chain, all valid
     * @param elsewhere whether the backend is chosen after the filters of the rule
     */
    Joined join(List<ChainFilter> chain, ActionIr action, boolean elsewhere) {
        List<Levelled> all = new ArrayList<>();
        chain.forEach(entry -> entry.filter().ifPresent(filter -> all.add(new Levelled(filter, entry.level()))));
        if (!(action instanceof ActionIr.Forward forward)) {
            return new Joined(joined(all), action);
        }
        boolean only = forward.backends().size() == 1;
        List<WeightedIr> backends = forward.backends().stream()
                .map(one -> elsewhere ? joined(one) : hoisted(one, only, all))
                .toList();
        all.sort(Comparator.comparing(entry -> placement(entry.filter)));
        return new Joined(joined(all), new ActionIr.Forward(backends, forward.mirrors()));
    }

    private WeightedIr joined(WeightedIr backend) {
        return with(backend, joined(ofService(backend.filters())));
    }

    /** Moves the filters that can be joined to those of the rule. */
    private WeightedIr hoisted(WeightedIr backend, boolean only, List<Levelled> all) {
        Optional<String> name = backend.backend().map(id -> only ? "" : id.toString());
        List<FilterIr> left = new ArrayList<>();
        for (FilterIr filter : backend.filters()) {
            if (joining(filter).isPresent() && name.isPresent()) {
                all.add(new Levelled(filter, Level.SERVICE, name.get()));
            } else {
                left.add(filter);
            }
        }
        return with(backend, left);
    }

    private static WeightedIr with(WeightedIr backend, List<FilterIr> filters) {
        return new WeightedIr(backend.backend(), backend.problem(), backend.weight(), filters, backend.subset());
    }

    private static List<Levelled> ofService(List<FilterIr> filters) {
        return filters.stream()
                .map(filter -> new Levelled(filter, Level.SERVICE))
                .toList();
    }

    /** Each joined filter stands where the first of its parts stood. */
    private List<FilterIr> joined(List<Levelled> chain) {
        Map<String, List<Levelled>> parts = new HashMap<>();
        chain.forEach(entry -> joining(entry.filter)
                .ifPresent(factory -> parts.computeIfAbsent(entry.filter.filter(), _ -> new ArrayList<>())
                        .add(entry)));
        List<FilterIr> filters = new ArrayList<>();
        for (Levelled entry : chain) {
            Optional<JoiningFactory<?>> factory = joining(entry.filter);
            if (factory.isEmpty()) {
                filters.add(entry.filter);
                continue;
            }
            List<Levelled> together = parts.remove(entry.filter.filter());
            if (together != null) {
                together.sort(Comparator.comparing(Levelled::level));
                filters.add(join(factory.get(), together));
            }
        }
        return filters;
    }

    private <C extends Record> FilterIr join(JoiningFactory<C> factory, List<Levelled> together) {
        JoiningFactory.Joined joined = factory.join(
                together.stream().map(entry -> part(factory, entry)).toList(), route, rule);
        FilterIr first = together.getFirst().filter;
        return new FilterIr(
                joined.filter(),
                joined.config(),
                first.source(),
                first.target(),
                Enforcement.enforced(),
                references(together));
    }

    /** Parts may be of several namespaces, so what they name is named in full. */
    private static Map<ConfigReference, ResolvedIr> references(List<Levelled> together) {
        Map<ConfigReference, ResolvedIr> references = new HashMap<>();
        together.forEach(entry -> entry.filter
                .references()
                .forEach((reference, resolved) ->
                        references.put(reference.in(entry.filter.source().namespace()), resolved)));
        return references;
    }

    private static <C extends Record> JoiningFactory.Part<C> part(JoiningFactory<C> factory, Levelled entry) {
        FilterIr filter = entry.filter;
        return new JoiningFactory.Part<>(
                factory.kind().configType().cast(filter.config()),
                filter.source(),
                filter.target(),
                entry.level.ordinal(),
                filter.enforcement(),
                entry.backend);
    }

    private Optional<JoiningFactory<?>> joining(FilterIr filter) {
        Optional<FilterFactory<?>> factory = catalog.find(filter.filter());
        return factory.isPresent() && factory.get() instanceof JoiningFactory<?> joining
                ? Optional.of(joining)
                : Optional.empty();
    }

    private Placement placement(FilterIr filter) {
        return catalog.find(filter.filter())
                .map(factory -> factory.kind().placement())
                .orElse(Placement.in(Stage.SHIELD));
    }
}
