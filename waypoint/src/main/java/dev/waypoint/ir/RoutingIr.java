package dev.waypoint.ir;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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

    /** Everything of several data planes in one, in their order. */
    public static RoutingIr joined(Collection<RoutingIr> parts) {
        if (parts.size() == 1) {
            return parts.iterator().next();
        }
        List<ListenerIr> listeners = new ArrayList<>();
        Map<BackendId, BackendIr> backends = new HashMap<>();
        Map<String, String> callers = new HashMap<>();
        parts.forEach(part -> {
            listeners.addAll(part.listeners());
            backends.putAll(part.backends());
            callers.putAll(part.callers());
        });
        return new RoutingIr(listeners, backends, callers);
    }

    /** Routing that is the same for all callers. */
    public RoutingIr(List<ListenerIr> listeners, Map<BackendId, BackendIr> backends) {
        this(listeners, backends, Map.of());
    }
}
