package dev.waypoint.control.cluster;

import dev.waypoint.gatewayapi.Condition;
import dev.waypoint.gatewayapi.Condition.State;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.gatewayapi.ObjectStatus.GatewayStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ListenerSetStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ListenerStatus;
import java.util.List;
import java.util.Optional;

/** Adds to statuses what only the cluster knows: whether what a Gateway says is in force. */
final class Programming {

    private static final String PROGRAMMED = "Programmed";
    private static final String PENDING = "Pending";
    private static final String ADDRESS_PREFIX = "Address";

    private Programming() {}

    /**
     * Why something is not in force.
     *
     * @param reason as the Gateway API spells it
     * @param message for people
     */
    record Obstacle(String reason, String message) {
        /** Not yet: it will come by itself. */
        static Obstacle pending(String message) {
            return new Obstacle(PENDING, message);
        }
    }

    static ObjectStatus with(ObjectStatus status, Optional<Obstacle> obstacle) {
        if (obstacle.isEmpty()) {
            return status;
        }
        return switch (status) {
            case GatewayStatus(var conditions, var listeners, var sets) ->
                new GatewayStatus(conditions(conditions, obstacle.get()), listeners(listeners, obstacle.get()), sets);
            case ListenerSetStatus(var conditions, var listeners) ->
                new ListenerSetStatus(
                        conditions(conditions, ofListener(obstacle.get())), listeners(listeners, obstacle.get()));
            case ObjectStatus.ClassStatus _,
                    ObjectStatus.RouteStatus _,
                    ObjectStatus.PolicyStatus _,
                    ObjectStatus.ServiceStatus _ -> status;
        };
    }

    private static List<ListenerStatus> listeners(List<ListenerStatus> listeners, Obstacle obstacle) {
        return listeners.stream()
                .map(listener -> new ListenerStatus(
                        listener.name(),
                        listener.supportedKinds(),
                        listener.attachedRoutes(),
                        conditions(listener.conditions(), ofListener(obstacle))))
                .toList();
    }

    /** Listeners have no reasons for addresses. */
    private static Obstacle ofListener(Obstacle obstacle) {
        return obstacle.reason().startsWith(ADDRESS_PREFIX) ? Obstacle.pending(obstacle.message()) : obstacle;
    }

    private static List<Condition> conditions(List<Condition> conditions, Obstacle obstacle) {
        return conditions.stream()
                .map(condition -> condition.type().equals(PROGRAMMED) && condition.status() == State.TRUE
                        ? new Condition(
                                PROGRAMMED,
                                State.FALSE,
                                obstacle.reason(),
                                obstacle.message(),
                                condition.observedGeneration())
                        : condition)
                .toList();
    }
}
