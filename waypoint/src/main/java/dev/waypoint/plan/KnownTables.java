package dev.waypoint.plan;

import dev.waypoint.ir.HostIr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Route tables by the hosts that they were made of. A host that did not change is mostly the very same object, so that is asked first:
 * to hash a host means to walk through all its routes. Records that came by the wire are equal only, and are compared with the hosts
 * of their name.
 */
final class KnownTables {

    static final KnownTables NONE = new KnownTables();

    private final Map<HostIr, RouteTable> byIdentity = new IdentityHashMap<>();
    private final Map<String, List<HostIr>> byName = new HashMap<>();

    void put(HostIr host, RouteTable table) {
        if (byIdentity.put(host, table) == null) {
            byName.computeIfAbsent(host.hostname(), name -> new ArrayList<>(1)).add(host);
        }
    }

    Optional<RouteTable> find(HostIr host) {
        RouteTable same = byIdentity.get(host);
        if (same != null) {
            return Optional.of(same);
        }
        return byName.getOrDefault(host.hostname(), List.of()).stream()
                .filter(host::equals)
                .findFirst()
                .map(byIdentity::get);
    }
}
