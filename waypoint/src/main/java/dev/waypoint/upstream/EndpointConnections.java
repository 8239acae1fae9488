package dev.waypoint.upstream;

import dev.waypoint.message.ConnectionEvents;
import dev.waypoint.observe.BackendMeters;
import java.util.concurrent.atomic.LongAdder;

/** Counts the connections to one endpoint, over all event loops. */
public final class EndpointConnections implements ConnectionEvents {

    private final BackendMeters backend;
    private final LongAdder connects = new LongAdder();
    private final LongAdder closes = new LongAdder();
    private final LongAdder failures = new LongAdder();

    EndpointConnections(BackendMeters backend) {
        this.backend = backend;
    }

    @Override
    public void opened() {
        connects.increment();
        backend.connected();
    }

    @Override
    public void closed() {
        closes.increment();
        backend.disconnected();
    }

    @Override
    public void failed() {
        failures.increment();
    }

    /** Connections that came about so far. */
    public long connects() {
        return connects.sum();
    }

    /** Connections that did not come about so far. */
    public long failures() {
        return failures.sum();
    }

    /** Connections that are open. */
    public long open() {
        return Math.max(0, connects.sum() - closes.sum());
    }
}
