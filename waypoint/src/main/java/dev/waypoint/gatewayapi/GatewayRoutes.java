package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus.RouteStatus;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All routes at their Gateways, kept from one translation to the next. Each translation finds the routes whose {@link RouteOutcome}
 * is another one than before, takes the contributions of the old outcomes out of the tables, and puts those of the new ones in; so the
 * tables are what they would be if they were made of all outcomes anew.
 */
final class GatewayRoutes {

    private static final List<Kind<?>> KINDS = List.of(Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE);

    /** In this order are routes reported. */
    private static final Comparator<ResourceRef> ORDER = Comparator.<ResourceRef, String>comparing(ResourceRef::kind)
            .reversed()
            .thenComparing(Comparator.naturalOrder());

    private final Translator memory;
    private final Map<ResourceRef, RouteMemory> routes = new HashMap<>();
    private final Set<Kind<?>> asked = new HashSet<>();
    private final SortedMap<ResourceRef, List<Finding>> findings = new TreeMap<>(ORDER);
    private final SortedMap<ResourceRef, RouteOutcome> atServices = new TreeMap<>(ORDER);
    private final Map<ListenerState.Key, ListenerRoutes> listeners = new HashMap<>();
    private TreeMap<ResourceRef, ObjectStatus> statuses = new TreeMap<>();
    private ResourceSet set = ResourceSet.EMPTY;
    private Optional<Attachment> attachment = Optional.empty();

    GatewayRoutes(Translator memory) {
        this.memory = memory;
    }

    /** Begins the next translation. */
    void update(List<GatewayPlan> plans, ObjectIndex index) {
        Attachment now = attachment.filter(one -> one.isOf(plans)).orElseGet(() -> new Attachment(plans));
        boolean all = attachment.filter(now::equals).isEmpty() || asked.stream().anyMatch(index::isChanged);
        attachment = Optional.of(now);
        Changes changes = new Changes();
        for (Kind<?> kind : KINDS) {
            ResourceSet.Difference difference = set.difference(index.set(), kind);
            difference
                    .gone()
                    .forEach(ref -> Optional.ofNullable(routes.remove(ref))
                            .flatMap(RouteMemory::last)
                            .ifPresent(changes.gone::add));
            if (all) {
                index.set().all(kind).forEach(route -> update(route, now, index, changes));
            } else {
                difference.present().forEach(route -> update(route, now, index, changes));
            }
        }
        set = index.set();
        changes.apply();
    }

    @SuppressWarnings("ReferenceEquality") // an outcome that changed is another one
    private void update(Resource<?> route, Attachment now, View view, Changes changes) {
        RouteMemory one = routes.computeIfAbsent(route.ref(), absent -> new RouteMemory(memory));
        Optional<RouteOutcome> before = one.last();
        RouteOutcome outcome = one.get(route, now, view);
        if (before.isEmpty() || before.get() != outcome) {
            before.ifPresent(changes.gone::add);
            changes.come.add(outcome);
            asked.addAll(one.kinds());
        }
    }

    /** Outcomes that do not hold any more, and those that hold now. */
    private final class Changes {
        private final List<RouteOutcome> gone = new ArrayList<>();
        private final List<RouteOutcome> come = new ArrayList<>();
        private final Map<ListenerState.Key, Set<ResourceRef>> without = new HashMap<>();
        private final Map<ListenerState.Key, List<HostTables.Member>> with = new HashMap<>();

        void apply() {
            if (gone.isEmpty() && come.isEmpty()) {
                return;
            }
            // Whoever has the statuses of an earlier translation keeps them as they were.
            statuses = new TreeMap<>(statuses);
            gone.forEach(this::takeOut);
            come.forEach(this::putIn);
            Set<ListenerState.Key> touched = new HashSet<>(without.keySet());
            touched.addAll(with.keySet());
            for (ListenerState.Key key : touched) {
                ListenerRoutes now =
                        of(key).with(without.getOrDefault(key, Set.of()), with.getOrDefault(key, List.of()));
                if (now.members().isEmpty()) {
                    listeners.remove(key);
                } else {
                    listeners.put(key, now);
                }
            }
        }

        private void takeOut(RouteOutcome outcome) {
            statuses.remove(outcome.ref());
            findings.remove(outcome.ref());
            atServices.remove(outcome.ref());
            outcome.places()
                    .forEach(place -> without.computeIfAbsent(place.listener(), absent -> new HashSet<>())
                            .add(outcome.ref()));
        }

        private void putIn(RouteOutcome outcome) {
            statuses.put(outcome.ref(), new RouteStatus(outcome.parents()));
            if (!outcome.findings().isEmpty()) {
                findings.put(outcome.ref(), outcome.findings());
            }
            if (outcome.namesServices()) {
                atServices.put(outcome.ref(), outcome);
            }
            outcome.places()
                    .forEach(place -> with.computeIfAbsent(place.listener(), absent -> new ArrayList<>())
                            .add(place.member()));
        }
    }

    /** The routes of a listener. */
    ListenerRoutes of(ListenerState.Key listener) {
        return listeners.getOrDefault(listener, ListenerRoutes.NONE);
    }

    /** The statuses of all routes, as far as Gateways are concerned, in the order of their names. Not to be changed. */
    SortedMap<ResourceRef, ObjectStatus> statuses() {
        return statuses;
    }

    /** What is wrong with routes, in their order. */
    Iterable<List<Finding>> findings() {
        return findings.values();
    }

    /** The routes of which any parent is a Service, in their order. */
    Iterable<RouteOutcome> atServices() {
        return atServices.values();
    }
}
