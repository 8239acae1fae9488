package dev.waypoint.control.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.GatewayClass;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterApi.Answer;
import dev.waypoint.source.kubernetes.LiveStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a GatewayClass from going while Gateways use it, as the Gateway API asks of implementations: without its class nobody could
 * say any more whose such a Gateway is. Finalizers of others stay as they are. For one thread.
 */
public final class ClassFinalizers {

    /** The name that the Gateway API gives to it ({@code GatewayClassFinalizerGatewaysExist}). */
    public static final String GATEWAYS_EXIST = "gateway-exists-finalizer.gateway.networking.k8s.io";

    private static final Logger LOG = LoggerFactory.getLogger(ClassFinalizers.class);

    private final ClusterApi api;
    private final Function<ResourceRef, Optional<LiveStatus>> live;
    private final String controllerName;
    private final Map<ResourceRef, String> problems = new HashMap<>();

    /** @param live an object as it was last seen */
    public ClassFinalizers(ClusterApi api, Function<ResourceRef, Optional<LiveStatus>> live, String controllerName) {
        this.api = api;
        this.live = live;
        this.controllerName = controllerName;
    }

    /** Adds the finalizer to classes that are used now, and removes it from those that no Gateway uses any more. */
    void update(ResourceSet set) {
        Set<String> used = set.all(Kinds.GATEWAY).stream()
                .map(gateway -> gateway.spec().gatewayClassName())
                .collect(Collectors.toSet());
        for (Resource<GatewayClass> gatewayClass : set.all(Kinds.GATEWAY_CLASS)) {
            if (gatewayClass.spec().controllerName().equals(controllerName)) {
                boolean wanted = used.contains(gatewayClass.name());
                live.apply(gatewayClass.ref())
                        .filter(known -> known.finalizers().contains(GATEWAYS_EXIST) != wanted)
                        .ifPresent(known -> apply(gatewayClass.ref(), known, wanted));
            }
        }
    }

    /** The API server merges lists of finalizers by manager: ours has this one or none. With the identity, nothing is ever created. */
    private void apply(ResourceRef ref, LiveStatus known, boolean wanted) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", known.apiVersion()).put("kind", ref.kind());
        ObjectNode metadata =
                object.putObject("metadata").put("name", ref.name()).put("uid", known.uid());
        ArrayNode finalizers = metadata.putArray("finalizers");
        if (wanted) {
            finalizers.add(GATEWAYS_EXIST);
        }
        Answer answer = api.apply(known.path(), object);
        if (answer.done()) {
            problems.remove(ref);
            LOG.info("{} {}", ref, wanted ? "is used: it stays until no Gateway uses it" : "is not used any more");
        } else if (!answer.problem().equals(problems.put(ref, answer.problem()))) {
            LOG.warn(
                    "the finalizer {} of {} could not be {}: {}",
                    GATEWAYS_EXIST,
                    ref,
                    wanted ? "added" : "removed",
                    answer.problem());
        }
    }
}
