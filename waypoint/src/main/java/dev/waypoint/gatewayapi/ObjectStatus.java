package dev.waypoint.gatewayapi;

import dev.waypoint.api.Listener.RouteKind;
import dev.waypoint.api.ParentRef;
import java.util.List;

/** What the controller would write into an object's status. */
public sealed interface ObjectStatus {

    /** Of a GatewayClass, or of a mesh. */
    record ClassStatus(List<Condition> conditions, List<String> supportedFeatures) implements ObjectStatus {
        public ClassStatus {
            conditions = List.copyOf(conditions);
            supportedFeatures = List.copyOf(supportedFeatures);
        }
    }

    /** Of a Gateway. Addresses are known to those who bind them. */
    record GatewayStatus(List<Condition> conditions, List<ListenerStatus> listeners, int attachedListenerSets)
            implements ObjectStatus {
        public GatewayStatus {
            conditions = List.copyOf(conditions);
            listeners = List.copyOf(listeners);
        }
    }

    /** Of a ListenerSet. */
    record ListenerSetStatus(List<Condition> conditions, List<ListenerStatus> listeners) implements ObjectStatus {
        public ListenerSetStatus {
            conditions = List.copyOf(conditions);
            listeners = List.copyOf(listeners);
        }
    }

    /** Of a route: one entry for each parent that is ours. */
    record RouteStatus(List<ParentStatus> parents) implements ObjectStatus {
        public RouteStatus {
            parents = List.copyOf(parents);
        }
    }

    /** Of a Service: no more than conditions of our own domain beside those of the cluster. */
    record ServiceStatus(List<Condition> conditions) implements ObjectStatus {
        /** Nothing to say. */
        public static final ServiceStatus NONE = new ServiceStatus(List.of());

        public ServiceStatus {
            conditions = List.copyOf(conditions);
        }
    }

    /** Of a policy: one entry for each Gateway, or Service of a mesh, that it has to do with. */
    record PolicyStatus(List<AncestorStatus> ancestors) implements ObjectStatus {
        public PolicyStatus {
            ancestors = List.copyOf(ancestors);
        }
    }

    /**
     * One listener.
     *
     * @param attachedRoutes the routes that the listener accepts, whether or not it works itself
     */
    record ListenerStatus(String name, List<RouteKind> supportedKinds, int attachedRoutes, List<Condition> conditions) {
        public ListenerStatus {
            supportedKinds = List.copyOf(supportedKinds);
            conditions = List.copyOf(conditions);
        }
    }

    /** One parent of a route, named exactly as the route names it. */
    record ParentStatus(ParentRef parentRef, String controllerName, List<Condition> conditions) {
        public ParentStatus {
            conditions = List.copyOf(conditions);
        }
    }

    /** One ancestor of a policy's targets. */
    record AncestorStatus(ParentRef ancestorRef, String controllerName, List<Condition> conditions) {
        public AncestorStatus {
            conditions = List.copyOf(conditions);
        }
    }
}
