package dev.waypoint.ir;

import java.util.List;
import java.util.Map;

/**
 * Everything that a data plane needs to know.
 *
 * @param listeners the listeners that are served, in a stable order
 * @param backends the backends that anything refers to, by their id
 * @param callers the namespace of callers by their address, where listeners differ for them ({@link BindingIr#callers})
 */
public record RoutingIr(List<ListenerIr> listeners, Map<BackendId, BackendIr> backends, Map<String, String> callers) {

    /** Nothing at all. */
    public static final RoutingIr EMPTY = new RoutingIr(List.of(), Map.of());

    public RoutingIr {
        listeners = List.copyOf(listeners);
        backends = Map.copyOf(backends);
        callers = Map.copyOf(callers);
    }

    /** Routing that is the same for all callers. */
    public RoutingIr(List<ListenerIr> listeners, Map<BackendId, BackendIr> backends) {
        this(listeners, backends, Map.of());
    }
}
