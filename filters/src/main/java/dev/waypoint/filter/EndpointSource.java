package dev.waypoint.filter;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The ready endpoints of a Service, as they change. */
public interface EndpointSource {

    /** One address of a Service. */
    record Endpoint(String host, int port) {}

    /** The endpoints of this moment, possibly none. */
    List<Endpoint> current();

    /** TLS as the Service asks for it (BackendTLSPolicy); empty for clear text. */
    default Optional<ServiceTls> tls() {
        return Optional.empty();
    }

    /** Why nothing may be sent to the Service, its TLS being invalid for instance; empty if something may. */
    default String problem() {
        return "";
    }

    /**
     * Calls the listener at each change of the endpoints or of what is said of TLS, from any thread, until the returned subscription is closed.
     */
    Subscription subscribe(Consumer<List<Endpoint>> listener);

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
