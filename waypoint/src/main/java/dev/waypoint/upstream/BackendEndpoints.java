package dev.waypoint.upstream;

import dev.waypoint.filter.EndpointSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The addresses of a backend, for side calls of filters. */
public final class BackendEndpoints implements EndpointSource {

    private final List<Consumer<List<Endpoint>>> listeners = new CopyOnWriteArrayList<>();
    private volatile List<Endpoint> current;

    BackendEndpoints(List<dev.waypoint.upstream.Endpoint> endpoints) {
        current = addresses(endpoints);
    }

    void changed(List<dev.waypoint.upstream.Endpoint> endpoints) {
        List<Endpoint> now = addresses(endpoints);
        if (!now.equals(current)) {
            current = now;
            listeners.forEach(listener -> listener.accept(now));
        }
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
