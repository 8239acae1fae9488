package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Namespace;
import dev.waypoint.api.ObjectMeta;
import dev.waypoint.api.Service;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which waypoint stands in front of which Service: the one that a label of the Service, or else of its namespace, names. The
 * label {@code waypoint.dev/use} is ours; {@code istio.io/use-waypoint} says the same where a mesh leads the traffic.
 */
final class Enrolment {

    /** Our own label. */
    static final String LABEL = "waypoint.dev/use";

    private static final List<String> LABELS = List.of(LABEL, "istio.io/use-waypoint");
    private static final String NAMESPACE_SUFFIX = "-namespace";
    private static final String NONE = "none";

    private final Map<ResourceRef, GatewayPlan> byService = new HashMap<>();
    private final Map<ResourceRef, List<Resource<Service>>> byWaypoint = new HashMap<>();

    Enrolment(ObjectIndex index, List<GatewayPlan> plans) {
        Map<ResourceRef, GatewayPlan> waypoints = new HashMap<>();
        plans.stream()
                .filter(plan -> plan.listeners().stream().anyMatch(ListenerState::mesh))
                .forEach(plan -> waypoints.put(plan.gateway().ref(), plan));
        if (waypoints.isEmpty()) {
            return;
        }
        for (Resource<Service> service : index.set().all(Kinds.SERVICE)) {
            if (service.spec().headless() || service.spec().type().equals("ExternalName")) {
                continue;
            }
            wanted(index, service)
                    .flatMap(name -> Optional.ofNullable(waypoints.get(name)))
                    .ifPresent(plan -> {
                        byService.put(service.ref(), plan);
                        byWaypoint
                                .computeIfAbsent(plan.gateway().ref(), absent -> new ArrayList<>())
                                .add(service);
                    });
        }
    }

    /** The waypoint that a Service asks for. */
    private static Optional<ResourceRef> wanted(View view, Resource<Service> service) {
        String home = service.namespace();
        Optional<ObjectMeta> namespace =
                view.<Namespace>find(Kinds.NAMESPACE, "", home).map(Resource::meta);
        for (String label : LABELS) {
            Optional<String> own = named(service.meta(), label, home);
            Optional<String> found = own.or(() -> namespace.flatMap(meta -> named(meta, label, home)));
            if (found.isPresent()) {
                return found.filter(name -> !name.isEmpty())
                        .map(name -> Kinds.GATEWAY.ref(
                                name.substring(0, name.indexOf('/')), name.substring(name.indexOf('/') + 1)));
            }
        }
        return Optional.empty();
    }

    /** The waypoint as {@code namespace/name}; an empty name for one that is refused by {@code none}. */
    private static Optional<String> named(ObjectMeta meta, String label, String home) {
        return Optional.ofNullable(meta.labels().get(label))
                .map(name -> name.equals(NONE) || name.isEmpty()
                        ? ""
                        : meta.labels().getOrDefault(label + NAMESPACE_SUFFIX, home) + "/" + name);
    }

    /** The waypoint in front of a Service. */
    Optional<Resource<Gateway>> waypoint(ResourceRef service) {
        return Optional.ofNullable(byService.get(service)).map(GatewayPlan::gateway);
    }

    /** The Services behind a waypoint. */
    List<Resource<Service>> services(Resource<Gateway> waypoint) {
        return byWaypoint.getOrDefault(waypoint.ref(), List.of());
    }
}
