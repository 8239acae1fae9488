package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kinds;
import dev.waypoint.api.ParentRef;
import dev.waypoint.config.ResourceRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which Gateways, and Services of a mesh, an object has to do with: the ancestors in the status of its policies. */
final class Usage {

    private final Map<ResourceRef, Set<ResourceRef>> ancestors = new HashMap<>();

    /** Notes that requests of the ancestor meet the object. */
    void note(ResourceRef object, ResourceRef ancestor) {
        ancestors.computeIfAbsent(object, absent -> new TreeSet<>()).add(ancestor);
    }

    Set<ResourceRef> of(ResourceRef object) {
        return ancestors.getOrDefault(object, Set.of());
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
    void noteBackends(Iterable<dev.waypoint.ir.BackendId> backends, ResourceRef ancestor) {
        backends.forEach(id -> note(Kinds.SERVICE.ref(id.namespace(), id.service()), ancestor));
    }
}
