package dev.waypoint.upstream;

import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.ServiceTls;
import dev.waypoint.ir.TlsToBackendIr;
import dev.waypoint.tls.BackendTls;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The addresses of a backend, for side calls of filters. */
public final class BackendEndpoints implements EndpointSource {

    private final List<Consumer<List<Endpoint>>> listeners = new CopyOnWriteArrayList<>();
    private volatile List<Endpoint> current;
    private volatile Security security;

    /** What is said of TLS, and what was made of it. */
    private record Security(Optional<TlsToBackendIr> ir, Optional<ServiceTls> tls, String problem) {
        static Security of(Optional<TlsToBackendIr> ir) {
            if (ir.isEmpty()) {
                return new Security(ir, Optional.empty(), "");
            }
            return switch (ir.get()) {
                case TlsToBackendIr.Broken broken -> new Security(ir, Optional.empty(), broken.problem());
                case TlsToBackendIr.Verified verified -> read(ir, verified);
            };
        }

        private static Security read(Optional<TlsToBackendIr> ir, TlsToBackendIr.Verified verified) {
            try {
                return new Security(ir, Optional.of(BackendTls.of(verified)), "");
            } catch (IllegalArgumentException unusable) {
                return new Security(ir, Optional.empty(), String.valueOf(unusable.getMessage()));
            }
        }
    }

    BackendEndpoints(List<dev.waypoint.upstream.Endpoint> endpoints, Optional<TlsToBackendIr> tls) {
        current = addresses(endpoints);
        security = Security.of(tls);
    }

    void changed(List<dev.waypoint.upstream.Endpoint> endpoints, Optional<TlsToBackendIr> tls) {
        List<Endpoint> now = addresses(endpoints);
        boolean sameSecurity = security.ir().equals(tls);
        if (!sameSecurity) {
            security = Security.of(tls);
        }
        if (!sameSecurity || !now.equals(current)) {
            current = now;
            listeners.forEach(listener -> listener.accept(now));
        }
    }

    @Override
    public Optional<ServiceTls> tls() {
        return security.tls();
    }

    @Override
    public String problem() {
        return security.problem();
    }

    private static List<Endpoint> addresses(List<dev.waypoint.upstream.Endpoint> endpoints) {
        return endpoints.stream()
                .filter(dev.waypoint.upstream.Endpoint::available)
                .map(endpoint ->
                        new Endpoint(endpoint.ir().host(), endpoint.ir().port()))
                .toList();
    }

    @Override
    public List<Endpoint> current() {
        return current;
    }

    @Override
    public Subscription subscribe(Consumer<List<Endpoint>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
