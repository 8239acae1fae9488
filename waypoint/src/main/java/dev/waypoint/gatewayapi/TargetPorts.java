package dev.waypoint.gatewayapi;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The ports that proxies bind to for the ports of listeners: the same where that needs no privilege and is free, else one that is
 * 10000 higher, or the next free one.
 */
final class TargetPorts {

    /** Ports of the proxy itself: admin pages, metrics, health. */
    private static final Set<Integer> RESERVED = Set.of(15000, 15020, 15021);

    private static final int FIRST_UNPRIVILEGED = 1024;
    private static final int DISTANCE = 10_000;
    private static final int MAX = 65_535;

    private TargetPorts() {}

    /** A target for each port. */
    static Map<Integer, Integer> of(Collection<Integer> ports) {
        Map<Integer, Integer> targets = new HashMap<>();
        Set<Integer> taken = new HashSet<>(RESERVED);
        Set<Integer> others = new TreeSet<>();
        for (int port : new TreeSet<>(ports)) {
            if (port >= FIRST_UNPRIVILEGED && taken.add(port)) {
                targets.put(port, port);
            } else {
                others.add(port);
            }
        }
        for (int port : others) {
            int target = port + DISTANCE > MAX ? FIRST_UNPRIVILEGED : port + DISTANCE;
            while (!taken.add(target)) {
                target = target == MAX ? FIRST_UNPRIVILEGED : target + 1;
            }
            targets.put(port, target);
        }
        return targets;
    }
}
