package dev.waypoint.control.cluster;

import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyConfig;
import dev.waypoint.control.Replica;
import dev.waypoint.control.cluster.Programming.Obstacle;
import dev.waypoint.ir.RoutingIr;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is published for one data plane, and which of it its proxies must have taken before the Gateway counts as programmed. */
final class PlaneState {

    private final DataPlane plane;
    private RoutingIr routing = RoutingIr.EMPTY;
    private long version;
    private int replicas;
    private final boolean taken;
    private final Set<String> acknowledged = new HashSet<>();
    private Map<?, ?> generations = Map.of();
    private long needed;

    /**
     * @param taken whether the proxies took the present generation before: a controller that takes over must not doubt what its
     *     predecessor saw, only because they are not connected to it yet
     */
    PlaneState(DataPlane plane, boolean taken) {
        this.plane = plane;
        this.taken = taken;
    }

    DataPlane plane() {
        return plane;
    }

    /**
     * Notes what is to be served now.
     *
     * @param owners the generation of each object whose listeners these are
     * @param ready the ready proxies
     * @param nextVersion a version that was never used
     * @return what to publish; empty if nothing changed
     */
    Optional<ProxyConfig> update(RoutingIr next, Map<?, ?> owners, int ready, long nextVersion) {
        boolean changed = version == 0 || !next.equals(routing);
        if (changed) {
            routing = next;
            version = nextVersion;
        }
        if (!owners.equals(generations)) {
            needed = taken && generations.isEmpty() ? 0 : version;
            generations = Map.copyOf(owners);
            acknowledged.clear();
        }
        int count = Math.max(1, ready);
        boolean publish = changed || count != replicas;
        replicas = count;
        return publish ? Optional.of(new ProxyConfig(version, routing, replicas)) : Optional.empty();
    }

    /** Why the ready proxies do not all serve what the Gateway says. */
    Optional<Obstacle> obstacle(Set<String> readyPods, List<Replica> connected) {
        if (readyPods.isEmpty()) {
            return Optional.of(Obstacle.pending("none of its proxies is ready yet" + refusals(connected)));
        }
        Map<String, Replica> byPod = new HashMap<>();
        connected.forEach(replica -> byPod.put(replica.pod(), replica));
        Set<String> behind = new TreeSet<>();
        acknowledged.retainAll(readyPods);
        for (String pod : readyPods) {
            Replica replica = byPod.get(pod);
            if (replica != null && replica.version() >= needed) {
                acknowledged.add(pod);
            }
            // One that lost its stream goes on with what it has taken.
            boolean has = replica == null ? needed == 0 || acknowledged.contains(pod) : replica.version() >= needed;
            if (!has) {
                behind.add(pod);
            }
        }
        if (behind.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Obstacle.pending(behind.size() + " of " + readyPods.size()
                + " ready proxies have not taken this generation: " + String.join(", ", behind) + refusals(connected)));
    }

    private static String refusals(List<Replica> connected) {
        return connected.stream()
                .flatMap(replica -> replica.problem().stream()
                        .map(problem -> "; " + replica.pod() + " refused it: " + problem.reason()))
                .findFirst()
                .orElse("");
    }
}
