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
import java.util.Set;
import java.util.TreeMap;

/**
 * Sorts the routes of one listener into host names. A name also gets the routes of the wider names that cover it, behind its
 * own: precedence is among all routes that match, the host name being its first criterion only.
 */
final class HostTables {

    private Map<Key, HostIr> before = new HashMap<>();
    private Map<Key, HostIr> now = new HashMap<>();
    private Map<ListenerState.Key, Sorted> sortedBefore = new HashMap<>();
    private Map<ListenerState.Key, Sorted> sortedNow = new HashMap<>();

    private record Key(ListenerState.Key listener, String host) {}

    private record Placed(RoutePrecedence.Candidate candidate, RouteIr ir) {}

    private static final Comparator<Placed> ORDER = Comparator.comparing(Placed::candidate, RoutePrecedence.ORDER);

    /** A route on a listener: each host that is served, with the name that the route writes for it. */
    record Member(AttachedRoute route, Map<String, String> hosts) {
        boolean isSame(Member other) {
            return Memo.same(route, other.route) && hosts.equals(other.hosts);
        }
    }

    /** The routes of a listener, and what was made of them. */
    private record Sorted(List<Member> members, List<HostIr> hosts) {
        boolean holds(List<Member> others) {
            if (members.size() != others.size()) {
                return false;
            }
            for (int i = 0; i < members.size(); i++) {
                if (!members.get(i).isSame(others.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Begins the next translation. */
    void begin() {
        before = now;
        now = new HashMap<>();
        sortedBefore = sortedNow;
        sortedNow = new HashMap<>();
    }

    /** The tables of a listener; those whose routes did not change are the same objects as before. */
    List<HostIr> of(ListenerState.Key listener, List<Member> members) {
        Sorted known = sortedBefore.get(listener);
        Sorted sorted = known != null && known.holds(members) ? known : new Sorted(members, sort(listener, members));
        sorted.hosts().forEach(table -> now.put(new Key(listener, table.hostname()), table));
        sortedNow.put(listener, sorted);
        return sorted.hosts();
    }

    private List<HostIr> sort(ListenerState.Key listener, List<Member> members) {
        Map<String, List<Placed>> byHost = new TreeMap<>();
        for (Member member : members) {
            member.hosts().forEach((host, declared) -> {
                List<Placed> placed = byHost.computeIfAbsent(host, absent -> new ArrayList<>());
                member.route()
                        .entries()
                        .forEach(entry -> placed.add(new Placed(entry.candidate(declared), entry.ir())));
            });
        }
        List<String> wide = byHost.keySet().stream()
                .filter(host -> host.equals(Hostnames.ANY) || Hostnames.isWildcard(host))
                .toList();
        List<HostIr> hosts = new ArrayList<>();
        byHost.forEach((host, placed) -> hosts.add(table(listener, host, withWider(host, placed, wide, byHost))));
        return hosts;
    }

    private static List<Placed> withWider(
            String host, List<Placed> own, List<String> wide, Map<String, List<Placed>> byHost) {
        List<Placed> all = new ArrayList<>(own);
        for (String wider : wide) {
            if (!wider.equals(host) && Hostnames.covers(wider, host)) {
                all.addAll(byHost.getOrDefault(wider, List.of()));
            }
        }
        all.sort(ORDER);
        return all;
    }

    private HostIr table(ListenerState.Key listener, String host, List<Placed> sorted) {
        List<RouteIr> routes = distinct(sorted);
        HostIr known = before.get(new Key(listener, host));
        return known != null && Memo.same(known.routes(), routes) ? known : new HostIr(host, routes);
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
