package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Listener;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.api.WaypointParameters;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Proxies that several Gateways share: those of one namespace and one class to which the same WaypointParameters apply, if these say
 * {@code mergeGateways}.
 *
 * @param namespace the namespace of the Gateways and of their proxies
 * @param name what the proxies are called, as far as the rules for names allow
 * @param parameters the parameters that say it
 */
public record SharedPlane(String namespace, String name, ResourceRef parameters) {

    private static final String SUFFIX = "-shared";

    /** The proxies that a Gateway shares; empty if it has some to itself, as a waypoint always does: traffic finds it by its own name. */
    static Optional<SharedPlane> of(View view, Resource<Gateway> gateway) {
        if (gateway.spec().listeners().stream().map(one -> one.protocol()).anyMatch(Listener.MESH::equals)) {
            return Optional.empty();
        }
        String className = gateway.spec().gatewayClassName();
        Optional<ObjectRef> own = gateway.spec().infrastructure().flatMap(Gateway.Infrastructure::parametersRef);
        if (own.isPresent()) {
            return own.flatMap(ref -> merging(view, ref, gateway.namespace()))
                    .map(ref -> new SharedPlane(gateway.namespace(), ref.name() + "-" + className + SUFFIX, ref));
        }
        return view.find(Kinds.GATEWAY_CLASS, "", className)
                .flatMap(one -> one.spec().parametersRef())
                .flatMap(ref -> merging(view, ref, ref.namespace().orElse("")))
                .map(ref -> new SharedPlane(gateway.namespace(), className + SUFFIX, ref));
    }

    private static Optional<ResourceRef> merging(View view, ObjectRef ref, String namespace) {
        Predicate<Resource<WaypointParameters>> merges = found -> found.spec().mergeGateways();
        return view.find(Kinds.WAYPOINT_PARAMETERS, namespace, ref.name())
                .filter(merges)
                .map(Resource::ref);
    }
}
