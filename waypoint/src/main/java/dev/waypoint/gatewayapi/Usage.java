package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kinds;
import dev.waypoint.api.ParentRef;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.BackendId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which Gateways, and Services of a mesh, an object has to do with: the ancestors in the status of its policies. */
final class Usage {

    private final Map<ResourceRef, Set<ResourceRef>> noted = new HashMap<>();
    private final List<Met> met = new ArrayList<>();

    /** A listener's routes, and the Gateway whose requests meet them. */
    private record Met(ResourceRef gateway, ListenerRoutes routes) {}

    /** Notes that requests of the ancestor meet the object. */
    void note(ResourceRef object, ResourceRef ancestor) {
        noted.computeIfAbsent(object, absent -> new TreeSet<>()).add(ancestor);
    }

    /** Notes that requests of the Gateway meet the routes of a listener, with their Services and filters. */
    void note(ListenerRoutes routes, ResourceRef gateway) {
        met.add(new Met(gateway, routes));
    }

    /** The ancestors of an object, in their order. */
    Set<ResourceRef> of(ResourceRef object) {
        Set<ResourceRef> all = new TreeSet<>(noted.getOrDefault(object, Set.of()));
        for (Met one : met) {
            if (one.routes().met().contains(object)) {
                all.add(one.gateway());
            }
        }
        return all;
    }

    /** An object as a reference in a status. */
    static ParentRef ref(ResourceRef object) {
        return new ParentRef(
                object.group(),
                object.kind(),
                Optional.of(object.namespace()),
                object.name(),
                Optional.empty(),
                Optional.empty());
    }

    /** Notes the backends of a route. */
    void noteBackends(Iterable<BackendId> backends, ResourceRef ancestor) {
        backends.forEach(id -> note(Kinds.SERVICE.ref(id.namespace(), id.service()), ancestor));
    }
}
