package dev.waypoint.filter;

import java.util.List;
import java.util.function.Consumer;

/** The ready endpoints of a Service, as they change. */
public interface EndpointSource {

    /** One address of a Service. */
    record Endpoint(String host, int port) {}

    /** The endpoints of this moment, possibly none. */
    List<Endpoint> current();

    /**
     * Calls the listener at each change, from any thread, until the returned subscription is closed.
     */
    Subscription subscribe(Consumer<List<Endpoint>> listener);

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
