package dev.waypoint.upstream;

import dev.waypoint.ir.EndpointIr;
import dev.waypoint.message.UpstreamTarget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * One endpoint at run time. It outlives changes of configuration that do not touch its address, so that its load, health and
 * statistics go on. Used by all event loops at once.
 */
public final class Endpoint {

    /** How many answers the average of the latency looks back at. */
    private static final int SMOOTHING = 16;

    private final String address;
    private final long sinceNanos;
    private final AtomicInteger active = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final EndpointConnections connections;
    private final AtomicLong latencyNanos = new AtomicLong();
    private volatile EndpointIr ir;
    private volatile UpstreamTarget target;
    private volatile UpstreamTarget grpcTarget;
    private volatile boolean healthy = true;
    private volatile boolean ejected;

    Endpoint(
            EndpointIr ir,
            UpstreamTarget target,
            UpstreamTarget grpcTarget,
            EndpointConnections connections,
            long nowNanos) {
        this.address = ir.host() + ":" + ir.port();
        this.ir = ir;
        this.target = target;
        this.grpcTarget = grpcTarget;
        this.connections = connections;
        this.sinceNanos = nowNanos;
    }

    void update(EndpointIr newIr, UpstreamTarget newTarget, UpstreamTarget newGrpcTarget) {
        ir = newIr;
        target = newTarget;
        grpcTarget = newGrpcTarget;
    }

    /** {@code host:port}. */
    public String address() {
        return address;
    }

    /** What configuration says of it. */
    public EndpointIr ir() {
        return ir;
    }

    /** How it is spoken to; gRPC needs HTTP/2 also where other requests do not. */
    public UpstreamTarget target(boolean grpc) {
        return grpc ? grpcTarget : target;
    }

    /** Since when it is known, on the scale of {@link System#nanoTime}. */
    public long sinceNanos() {
        return sinceNanos;
    }

    /** The number of requests under way. */
    public int active() {
        return active.get();
    }

    /** Requests sent to it so far. */
    public long requests() {
        return requests.sum();
    }

    /** Failures and 5xx answers so far. */
    public long failures() {
        return failures.sum();
    }

    /** Counts the beginning of a request. */
    public void begin() {
        active.getAndIncrement();
        requests.increment();
    }

    /** Counts the end of a request that {@link #begin} counted. */
    public void end() {
        active.getAndDecrement();
    }

    /** Counts a failure or a 5xx answer. */
    public void countFailure() {
        failures.increment();
    }

    /** A response's head came so long after its request was sent. */
    public void answered(long nanos) {
        // Loops that write at the same time may lose a sample, which an average can bear; a fence for each would cost
        // more.
        long before = latencyNanos.getPlain();
        latencyNanos.setOpaque(before == 0 ? nanos : before + (nanos - before) / SMOOTHING);
    }

    /** How long it takes to answer, on a moving average; zero before the first answer. */
    public Duration latency() {
        return Duration.ofNanos(latencyNanos.getOpaque());
    }

    /** The connections to it, as far as the transport tells. */
    public EndpointConnections connections() {
        return connections;
    }

    /** Whether active health checks, if any, find it well. */
    public boolean healthy() {
        return healthy;
    }

    /** What the last health check found. */
    public void healthy(boolean value) {
        healthy = value;
    }

    /** Whether it was ejected for what its answers looked like. */
    public boolean ejected() {
        return ejected;
    }

    /** Ejects or readmits it. */
    public void ejected(boolean value) {
        ejected = value;
    }

    /** Whether it takes new requests as long as there are others. */
    public boolean available() {
        return healthy && !ejected && ir.state() == EndpointIr.State.READY;
    }

    @Override
    public String toString() {
        return address;
    }
}
