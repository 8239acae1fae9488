package dev.waypoint.engine;

import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.RequestReceiver;
import dev.waypoint.plan.PortPlan;
import dev.waypoint.plan.RoutingSnapshot;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;

/** The door into the engine: makes an exchange of each request. */
public final class Engine {

    private final EngineParts parts;
    private final FastThreadLocal<TimerWheel> wheels = new FastThreadLocal<>();

    /** An engine that serves what the snapshots say. */
    public Engine(EngineParts parts) {
        this.parts = parts;
    }

    /**
     * The receiver of one socket.
     *
     * @param key the port's key in {@link RoutingSnapshot#ports()}
     */
    public RequestReceiver receiver(String key) {
        return (connection, loop, head, end, downstream) -> begin(key, connection, loop, head, end, downstream);
    }

    private RequestEvents begin(
            String key,
            ConnectionFacts connection,
            EventExecutor loop,
            RequestHead head,
            boolean end,
            Downstream downstream) {
        RoutingSnapshot snapshot = parts.snapshots().current();
        snapshot.enter();
        PortPlan port = snapshot.ports().get(key);
        var settings = port == null
                ? ListenerSettingsIr.DEFAULT
                : port.listeners().getFirst().ir().settings();
        LiveExchange.Client client = ForwardingHeaders.apply(connection, head, settings);
        ExchangeRunner exchange = new ExchangeRunner(
                parts, snapshot, new ExchangeRunner.Arrival(connection, loop, client), wheel(loop), head, downstream);
        if (parts.traces().isArmed()) {
            parts.traces().takeMark(head.headers()).ifPresent(exchange::traced);
        }
        exchange.start(port, end);
        return exchange;
    }

    private TimerWheel wheel(EventExecutor loop) {
        TimerWheel wheel = wheels.get();
        if (wheel == null) {
            wheel = new TimerWheel(loop);
            wheels.set(wheel);
        }
        return wheel;
    }
}
