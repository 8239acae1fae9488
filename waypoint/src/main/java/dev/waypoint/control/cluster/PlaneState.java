package dev.waypoint.control.cluster;

import dev.waypoint.config.ResourceRef;
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
import java.util.function.Predicate;

/**
 * What is published for one data plane, and which of it its proxies must have taken before each of its Gateways counts as
 * programmed.
 */
final class PlaneState {

    private final DataPlane plane;
    private final Predicate<ResourceRef> taken;
    private final Map<ResourceRef, Member> members = new HashMap<>();
    private RoutingIr routing = RoutingIr.EMPTY;
    private long version;
    private int replicas;

    /** A Gateway of the data plane. */
    private static final class Member {
        private final Set<String> acknowledged = new HashSet<>();
        private Map<?, ?> generations = Map.of();
        private long needed;
    }

    /**
     * @param taken whether the proxies took the present generation of a Gateway before: a controller that takes over must not doubt
     *     what its predecessor saw, only because they are not connected to it yet
     */
    PlaneState(DataPlane plane, Predicate<ResourceRef> taken) {
        this.plane = plane;
        this.taken = taken;
    }

    /**
     * Notes what is to be served now.
     *
     * @param owners for each Gateway, the generation of each object whose listeners are served for it
     * @param ready the ready proxies
     * @param nextVersion a version that was never used
     * @return what to publish; empty if nothing changed
     */
    Optional<ProxyConfig> update(
            RoutingIr next, Map<ResourceRef, ? extends Map<?, ?>> owners, int ready, long nextVersion) {
        boolean changed = version == 0 || !next.equals(routing);
        if (changed) {
            routing = next;
            version = nextVersion;
        }
        members.keySet().retainAll(owners.keySet());
        owners.forEach((gateway, generations) -> {
            Member known = members.get(gateway);
            Member member = known == null ? new Member() : known;
            if (!generations.equals(member.generations)) {
                member.needed = known == null && taken.test(gateway) ? 0 : version;
                member.generations = Map.copyOf(generations);
                member.acknowledged.clear();
            }
            members.put(gateway, member);
        });
        int count = Math.max(1, ready);
        boolean publish = changed || count != replicas;
        replicas = count;
        return publish ? Optional.of(new ProxyConfig(version, routing, replicas)) : Optional.empty();
    }

    /** Why the ready proxies do not all serve what a Gateway says. */
    Optional<Obstacle> obstacle(ResourceRef gateway, Set<String> readyPods, List<Replica> connected) {
        Member member = members.get(gateway);
        if (member == null || readyPods.isEmpty()) {
            return Optional.of(Obstacle.pending("none of its proxies is ready yet" + refusals(connected)));
        }
        Set<String> behind = behind(member, readyPods, connected);
        if (behind.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Obstacle.pending(behind.size() + " of " + readyPods.size() + " ready proxies of " + plane.name()
                        + " have not taken this generation: " + String.join(", ", behind) + refusals(connected)));
    }

    private static Set<String> behind(Member member, Set<String> readyPods, List<Replica> connected) {
        Map<String, Replica> byPod = new HashMap<>();
        connected.forEach(replica -> byPod.put(replica.pod(), replica));
        Set<String> behind = new TreeSet<>();
        member.acknowledged.retainAll(readyPods);
        for (String pod : readyPods) {
            Replica replica = byPod.get(pod);
            if (replica != null && replica.version() >= member.needed) {
                member.acknowledged.add(pod);
            }
            // One that lost its stream goes on with what it has taken.
            boolean has = replica == null
                    ? member.needed == 0 || member.acknowledged.contains(pod)
                    : replica.version() >= member.needed;
            if (!has) {
                behind.add(pod);
            }
        }
        return behind;
    }

    private static String refusals(List<Replica> connected) {
        return connected.stream()
                .flatMap(replica -> replica.problem().stream()
                        .map(problem -> "; " + replica.pod() + " refused it: " + problem.reason()))
                .findFirst()
                .orElse("");
    }
}
