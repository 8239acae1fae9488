package dev.waypoint.plan;

import dev.waypoint.ir.ListenerIr;

/** One listener, ready to serve. */
public final class CompiledListener {

    private final ListenerIr ir;
    private final CompiledChain preRouting;
    private final HostTable<RouteTable> hosts;

    CompiledListener(ListenerIr ir, CompiledChain preRouting, HostTable<RouteTable> hosts) {
        this.ir = ir;
        this.preRouting = preRouting;
        this.hosts = hosts;
    }

    /** What configuration says of it. */
    public ListenerIr ir() {
        return ir;
    }

    /** The filters that run before a route is matched. */
    public CompiledChain preRouting() {
        return preRouting;
    }

    /** The route tables by host. */
    public HostTable<RouteTable> hosts() {
        return hosts;
    }
}
