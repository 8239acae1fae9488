package dev.waypoint.extproc.server;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.HttpFilter;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The environment of a filter that is served outside of a proxy: what it refers to is given by hand. */
public final class StandaloneEnvironment implements FilterEnvironment {

    private final ResourceRef owner;
    private final Map<ConfigReference, Map<String, byte[]>> data = new HashMap<>();
    private final Map<ConfigReference, List<EndpointSource.Endpoint>> endpoints = new HashMap<>();
    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();

    /** @param name what the filter is called in messages */
    public StandaloneEnvironment(String name) {
        this.owner = new ResourceRef("waypoint.dev", "HttpFilter", "standalone", name);
    }

    /** Gives a Secret or ConfigMap its data. Only before filters are made. */
    public StandaloneEnvironment withData(ConfigReference reference, Map<String, byte[]> values) {
        data.put(reference, Map.copyOf(values));
        return this;
    }

    /** Gives a Service its endpoints. Only before filters are made. */
    public StandaloneEnvironment withEndpoints(
            ConfigReference.ServiceReference reference, List<EndpointSource.Endpoint> addresses) {
        endpoints.put(reference, List.copyOf(addresses));
        return this;
    }

    /** What was counted, by event. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        counters.forEach((event, adder) -> counts.put(event, adder.sum()));
        return counts;
    }

    @Override
    public ResourceRef owner() {
        return owner;
    }

    @Override
    public Map<String, byte[]> data(ConfigReference reference) {
        return known(data, reference);
    }

    @Override
    public EndpointSource endpoints(ConfigReference.ServiceReference reference) {
        List<EndpointSource.Endpoint> fixed = known(endpoints, reference);
        return new EndpointSource() {
            @Override
            public List<Endpoint> current() {
                return fixed;
            }

            @Override
            public Subscription subscribe(Consumer<List<Endpoint>> listener) {
                return () -> {};
            }
        };
    }

    private static <T> T known(Map<ConfigReference, T> map, ConfigReference reference) {
        T value = map.get(reference);
        if (value == null) {
            throw new IllegalArgumentException(
                    "nothing was given for " + reference + ", expected withData or withEndpoints before");
        }
        return value;
    }

    @Override
    public int replicas() {
        return 1;
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public EventCounter counter(ResourceRef target, String event) {
        LongAdder adder = counters.computeIfAbsent(event, _ -> new LongAdder());
        return new EventCounter() {
            @Override
            public void increment() {
                adder.increment();
            }

            @Override
            public void add(long amount) {
                adder.add(amount);
            }
        };
    }

    @Override
    public Optional<HttpFilter> predecessor() {
        return Optional.empty();
    }
}
