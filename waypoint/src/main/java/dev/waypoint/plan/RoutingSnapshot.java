package dev.waypoint.plan;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.upstream.Backend;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Everything that serves requests at one time. Each request pins the snapshot of its arrival and keeps it to its end. All parts
 * are final; unchanged parts are shared with the snapshot before.
 */
public final class RoutingSnapshot {

    private final long version;
    private final RoutingIr ir;
    private final Map<String, PortPlan> ports;
    private final Map<BackendId, Backend> backends;
    private final KnownTables tables;
    private final List<FilterInstances.Instance> instances;
    private final List<String> problems;
    private final LongAdder entered = new LongAdder();
    private final LongAdder left = new LongAdder();

    RoutingSnapshot(long version, RoutingIr ir, Parts parts) {
        this.version = version;
        this.ir = ir;
        ports = Map.copyOf(parts.ports());
        backends = Map.copyOf(parts.backends());
        tables = parts.tables();
        instances = List.copyOf(parts.instances());
        problems = List.copyOf(parts.problems());
    }

    /** What a compilation made. */
    record Parts(
            Map<String, PortPlan> ports,
            Map<BackendId, Backend> backends,
            KnownTables tables,
            List<FilterInstances.Instance> instances,
            List<String> problems) {}

    /** A snapshot that serves nothing. */
    static RoutingSnapshot empty() {
        return new RoutingSnapshot(
                0, RoutingIr.EMPTY, new Parts(Map.of(), Map.of(), KnownTables.NONE, List.of(), List.of()));
    }

    /** Grows with each snapshot, from 1. */
    public long version() {
        return version;
    }

    /** What it was made of. */
    public RoutingIr ir() {
        return ir;
    }

    /** The sockets to serve, by {@code address:port} with an empty address for the default. */
    public Map<String, PortPlan> ports() {
        return ports;
    }

    /** The backends. */
    public Map<BackendId, Backend> backends() {
        return backends;
    }

    /** What could not be compiled and fails its own requests, one sentence each. */
    public List<String> problems() {
        return problems;
    }

    KnownTables tables() {
        return tables;
    }

    List<FilterInstances.Instance> instances() {
        return instances;
    }

    /** An exchange pins this snapshot. */
    public void enter() {
        entered.increment();
    }

    /** An exchange that pinned this snapshot ended. */
    public void leave() {
        left.increment();
    }

    /** Exchanges that pin this snapshot. */
    public long pinned() {
        long out = left.sum();
        return entered.sum() - out;
    }
}
