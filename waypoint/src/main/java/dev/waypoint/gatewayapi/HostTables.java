package dev.waypoint.gatewayapi;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.RouteIr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sorts the routes of one listener into host names. A name also gets the routes of the wider names that cover it, behind its
 * own: precedence is among all routes that match, the host name being its first criterion only.
 */
final class HostTables {

    private Map<ListenerState.Key, Sorted> before = new HashMap<>();
    private Map<ListenerState.Key, Sorted> now = new HashMap<>();

    private record Placed(RoutePrecedence.Candidate candidate, RouteIr ir) {}

    private static final Comparator<Placed> ORDER = Comparator.comparing(Placed::candidate, RoutePrecedence.ORDER);

    /**
     * A route on a listener.
     *
     * @param ref the route
     * @param route what it is there
     * @param hosts each host that is served, with the name that the route writes for it
     * @param filters the objects that it names as filters
     */
    record Member(ResourceRef ref, AttachedRoute route, Map<String, String> hosts, Set<ResourceRef> filters) {}

    /** A route that is in a host's table, with the name that the route writes for the host. */
    private record Share(AttachedRoute route, String declared) {
        boolean isSame(Share other) {
            return Remembered.same(route, other.route) && declared.equals(other.declared);
        }
    }

    /** The routes of a host, and what was made of them. */
    private record Table(List<Share> shares, HostIr ir) {
        boolean holds(List<Share> others) {
            if (shares.size() != others.size()) {
                return false;
            }
            for (int i = 0; i < shares.size(); i++) {
                if (!shares.get(i).isSame(others.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The routes of a listener, and what was made of them. */
    private record Sorted(ListenerRoutes routes, Map<String, Table> tables, List<HostIr> hosts) {}

    /** Begins the next translation. */
    void begin() {
        before = now;
        now = new HashMap<>();
    }

    /** The tables of a listener; those whose routes did not change are the same objects as before. */
    List<HostIr> of(ListenerState.Key listener, ListenerRoutes routes) {
        Optional<Sorted> known = Optional.ofNullable(before.get(listener));
        Sorted sorted = known.filter(one -> Remembered.same(one.routes(), routes))
                .orElseGet(() -> sort(routes, known.map(Sorted::tables).orElse(Map.of())));
        now.put(listener, sorted);
        return sorted.hosts();
    }

    private static Sorted sort(ListenerRoutes routes, Map<String, Table> known) {
        Map<String, List<Share>> byHost = new TreeMap<>();
        for (Member member : routes.members()) {
            member.hosts()
                    .forEach((host, declared) -> byHost.computeIfAbsent(host, absent -> new ArrayList<>())
                            .add(new Share(member.route(), declared)));
        }
        List<String> wide = byHost.keySet().stream()
                .filter(host -> host.equals(Hostnames.ANY) || Hostnames.isWildcard(host))
                .toList();
        Map<String, Table> tables = HashMap.newHashMap(byHost.size());
        List<HostIr> hosts = new ArrayList<>(byHost.size());
        byHost.forEach((host, own) -> {
            List<Share> all = withWider(host, own, wide, byHost);
            Optional<Table> before = Optional.ofNullable(known.get(host));
            Table table = before.filter(one -> one.holds(all)).orElseGet(() -> table(host, all, before));
            tables.put(host, table);
            hosts.add(table.ir());
        });
        return new Sorted(routes, tables, List.copyOf(hosts));
    }

    private static List<Share> withWider(
            String host, List<Share> own, List<String> wide, Map<String, List<Share>> byHost) {
        List<Share> all = new ArrayList<>(own);
        for (String wider : wide) {
            if (!wider.equals(host) && Hostnames.covers(wider, host)) {
                all.addAll(byHost.getOrDefault(wider, List.of()));
            }
        }
        return all;
    }

    private static Table table(String host, List<Share> shares, Optional<Table> before) {
        List<Placed> placed = new ArrayList<>(shares.size());
        shares.forEach(share -> share.route()
                .entries()
                .forEach(entry -> placed.add(new Placed(entry.candidate(share.declared()), entry.ir()))));
        placed.sort(ORDER);
        List<RouteIr> routes = distinct(placed);
        HostIr ir = before.map(Table::ir)
                .filter(one -> Remembered.same(one.routes(), routes))
                .orElseGet(() -> new HostIr(host, routes));
        return new Table(shares, ir);
    }

    /** A route that names a host twice, exactly and by a wildcard, needs to be asked only once. */
    private static List<RouteIr> distinct(List<Placed> sorted) {
        List<RouteIr> routes = new ArrayList<>(sorted.size());
        Set<Place> seen = new HashSet<>();
        for (Placed placed : sorted) {
            RoutePrecedence.Candidate candidate = placed.candidate();
            if (seen.add(new Place(candidate.route().ref(), candidate.rule(), candidate.place()))) {
                routes.add(placed.ir());
            }
        }
        return routes;
    }

    private record Place(ResourceRef route, int rule, int place) {}
}
