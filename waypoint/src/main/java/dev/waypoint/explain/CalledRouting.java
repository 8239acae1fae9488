package dev.waypoint.explain;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.BindingIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.plan.HostTable;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The routing of proxies in a cluster as a caller sees it: by the listeners' own ports, whichever those of the pods are, and of the
 * Services that a waypoint stands for, the one that is called.
 */
public final class CalledRouting {

    private static final String SERVICE = "Service";

    private final String host;
    private final String namespace;
    private final Optional<String> caller;

    private CalledRouting(String host, String namespace, Optional<String> caller) {
        this.host = host;
        this.namespace = namespace;
        this.caller = caller;
    }

    /**
     * What a caller of a URL sees.
     *
     * @param url names a Service of a mesh in any of the ways in which a cluster's DNS knows it, or by its address
     * @param namespace the namespace that the name of a Service is in if the URL does not say it
     * @param caller the caller's namespace; empty for one without routes of its own
     */
    public static RoutingIr of(RoutingIr routing, String url, String namespace, Optional<String> caller) {
        String authority =
                Optional.ofNullable(URI.create(url).getRawAuthority()).orElse("");
        return new CalledRouting(HostTable.hostOf(authority), namespace, caller).select(routing);
    }

    private RoutingIr select(RoutingIr routing) {
        List<ListenerIr> listeners = routing.listeners().stream()
                .filter(listener -> isCalled(listener) && isForCaller(listener, routing.listeners()))
                .map(CalledRouting::atItsPort)
                .toList();
        return new RoutingIr(listeners, routing.backends());
    }

    private boolean isCalled(ListenerIr listener) {
        ResourceRef owner = listener.owner();
        if (!owner.kind().equals(SERVICE)) {
            return true;
        }
        String qualified = owner.name() + "." + owner.namespace();
        return (host.equals(owner.name()) && owner.namespace().equals(namespace))
                || host.equals(qualified)
                || host.startsWith(qualified + ".svc")
                || listener.binding()
                        .map(BindingIr::destinations)
                        .orElse(List.of())
                        .contains(host);
    }

    /** Callers of a namespace that has routes of its own to a port see those, the others see the routes for all. */
    private boolean isForCaller(ListenerIr listener, List<ListenerIr> all) {
        String callers = callers(listener);
        if (!callers.isEmpty()) {
            return caller.filter(callers::equals).isPresent();
        }
        return all.stream()
                .noneMatch(other -> other.owner().equals(listener.owner())
                        && other.port() == listener.port()
                        && !callers(other).isEmpty()
                        && caller.filter(callers(other)::equals).isPresent());
    }

    private static String callers(ListenerIr listener) {
        return listener.binding().map(BindingIr::callers).orElse("");
    }

    private static ListenerIr atItsPort(ListenerIr listener) {
        return new ListenerIr(
                listener.owner(),
                listener.name(),
                listener.address(),
                listener.port(),
                listener.protocol(),
                listener.hostname(),
                listener.tls(),
                listener.preRouting(),
                listener.hosts(),
                listener.settings());
    }
}
