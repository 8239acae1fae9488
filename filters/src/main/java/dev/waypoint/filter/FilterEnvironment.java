package dev.waypoint.filter;

import dev.waypoint.config.ResourceRef;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What a filter instance may use of the world around it. All of it is safe for use by many threads. */
public interface FilterEnvironment {

    /** The object that configured the filter. */
    ResourceRef owner();

    /** The data of a Secret or ConfigMap that {@link FilterFactory#references} named: key to bytes. */
    Map<String, byte[]> data(ConfigReference reference);

    /** The endpoints of a Service that {@link FilterFactory#references} named; follows changes. */
    EndpointSource endpoints(ConfigReference.ServiceReference reference);

    /** The number of ready replicas of this proxy, at least 1. */
    int replicas();

    /** Time of day. */
    InstantSource clock();

    /** Counts something for {@code waypoint_filter_events_total{filter,owner,event}}. Make the counter once, not per request. */
    default EventCounter counter(String event) {
        return counter(owner(), event);
    }

    /** Counts something on behalf of another object, for filters that several objects configure together. */
    EventCounter counter(ResourceRef owner, String event);

    /**
     * Shows the present value of something as {@code waypoint_filter_values{filter,owner,name}}, until the registration is closed.
     * Equal sources under one name count once, different ones are added up. Where nobody reads metrics, nothing is shown.
     */
    default Registration gauge(ResourceRef owner, String name, LongSupplier source) {
        return () -> {};
    }

    /** Measures something for {@code waypoint_filter_seconds{filter,owner,event}}. Make the timer once, not per request. */
    default EventTimer timer(ResourceRef owner, String event) {
        return _ -> {};
    }

    /** Counts the filter's talks with another program. Equal names give the same counters. */
    default CallMeters calls(String peer) {
        return CallMeters.NONE;
    }

    /** Where the filter may leave files for operators. */
    default Recordings recordings() {
        return Recordings.CLOSED;
    }

    /** State that outlives this instance: the instance of the same filter, owner and target before a change of configuration. */
    Optional<HttpFilter> predecessor();

    /** Something that is shown until it is closed. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** A histogram of durations, for use by many threads. */
    interface EventTimer {
        /** Something took so many nanoseconds. */
        void record(long nanos);
    }

    /** A counter; incrementing it is cheap enough for the request path. */
    interface EventCounter {
        /** Adds one. */
        void increment();

        /** Adds some. */
        void add(long amount);
    }
}
