package dev.waypoint.filter.testing;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.CallMeters;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Recordings;
import dev.waypoint.filter.ServiceTls;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A filter's environment that the test fills. */
public final class FakeEnvironment implements FilterEnvironment {

    private final FakeTime time = new FakeTime();
    private final Map<ConfigReference, Map<String, byte[]>> data = new HashMap<>();
    private final Map<ConfigReference, FakeEndpoints> endpoints = new HashMap<>();
    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
    private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();
    private final Map<String, FakeCalls> calls = new ConcurrentHashMap<>();
    private final Map<String, String> recorded = new ConcurrentSkipListMap<>();
    private boolean recordingsOpen;
    private Optional<HttpFilter> predecessor = Optional.empty();
    private int replicas = 1;

    /** Gives a Secret or ConfigMap its data. */
    public FakeEnvironment withData(ConfigReference reference, Map<String, String> texts) {
        Map<String, byte[]> bytes = new HashMap<>();
        texts.forEach((key, text) -> bytes.put(key, text.getBytes(StandardCharsets.UTF_8)));
        data.put(reference, bytes);
        return this;
    }

    /** Gives a Service its endpoints; they may be changed later by calling this again. */
    public FakeEnvironment withEndpoints(
            ConfigReference.ServiceReference reference, List<EndpointSource.Endpoint> addresses) {
        endpoints.computeIfAbsent(reference, _ -> new FakeEndpoints()).change(addresses);
        return this;
    }

    /** Says how a Service that has endpoints is spoken to. */
    public FakeEnvironment withTls(ConfigReference.ServiceReference reference, ServiceTls tls) {
        endpoints.computeIfAbsent(reference, _ -> new FakeEndpoints()).secure(Optional.of(tls), "");
        return this;
    }

    /** Says why nothing may be sent to a Service. */
    public FakeEnvironment withProblem(ConfigReference.ServiceReference reference, String problem) {
        endpoints.computeIfAbsent(reference, _ -> new FakeEndpoints()).secure(Optional.empty(), problem);
        return this;
    }

    /** Sets the number of ready replicas. */
    public FakeEnvironment withReplicas(int count) {
        replicas = count;
        return this;
    }

    /** Sets the instance before a change of configuration. */
    public FakeEnvironment withPredecessor(HttpFilter filter) {
        predecessor = Optional.of(filter);
        return this;
    }

    /** How often an event was counted. */
    public long counted(String event) {
        LongAdder counter = counters.get(event);
        return counter == null ? 0 : counter.sum();
    }

    /** The present value of a gauge; empty if none of the name is shown. */
    public OptionalLong shown(String name) {
        LongSupplier source = gauges.get(name);
        return source == null ? OptionalLong.empty() : OptionalLong.of(source.getAsLong());
    }

    /** The time that {@link #clock} tells. */
    public FakeTime time() {
        return time;
    }

    @Override
    public ResourceRef owner() {
        return new ResourceRef("waypoint.dev", "HttpFilter", "test", "filter");
    }

    @Override
    public Map<String, byte[]> data(ConfigReference reference) {
        return known(data, reference);
    }

    @Override
    public EndpointSource endpoints(ConfigReference.ServiceReference reference) {
        return known(endpoints, reference);
    }

    private static <T> T known(Map<ConfigReference, T> map, ConfigReference reference) {
        return Optional.ofNullable(map.get(reference))
                .orElseThrow(() -> new IllegalArgumentException(
                        "the test gave nothing for " + reference + ": call withData or withEndpoints"));
    }

    @Override
    public int replicas() {
        return replicas;
    }

    @Override
    public InstantSource clock() {
        return time;
    }

    @Override
    public EventCounter counter(ResourceRef owner, String event) {
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

    /** Opens the folder of recordings. */
    public FakeEnvironment withRecordings() {
        recordingsOpen = true;
        return this;
    }

    /** The files that were left, by name. */
    public Map<String, String> recorded() {
        return recorded;
    }

    /** The counters of talks with another program. */
    public FakeCalls called(String peer) {
        return calls.computeIfAbsent(peer, _ -> new FakeCalls());
    }

    @Override
    public CallMeters calls(String peer) {
        return called(peer);
    }

    @Override
    public Recordings recordings() {
        return new Recordings() {
            @Override
            public boolean isOpen() {
                return recordingsOpen;
            }

            @Override
            public void write(String name, Supplier<String> text) {
                recorded.put(name, text.get());
            }
        };
    }

    @Override
    public Registration gauge(ResourceRef owner, String name, LongSupplier source) {
        gauges.put(name, source);
        return () -> gauges.remove(name, source);
    }

    @Override
    public EventTimer timer(ResourceRef owner, String event) {
        LongAdder adder = counters.computeIfAbsent(event, _ -> new LongAdder());
        return _ -> adder.increment();
    }

    @Override
    public Optional<HttpFilter> predecessor() {
        return predecessor;
    }

    private static final class FakeEndpoints implements EndpointSource {
        private final List<Consumer<List<Endpoint>>> listeners = new CopyOnWriteArrayList<>();
        private volatile List<Endpoint> current = List.of();
        private volatile Optional<ServiceTls> tls = Optional.empty();
        private volatile String problem = "";

        void secure(Optional<ServiceTls> wanted, String why) {
            tls = wanted;
            problem = why;
            change(current);
        }

        @Override
        public Optional<ServiceTls> tls() {
            return tls;
        }

        @Override
        public String problem() {
            return problem;
        }

        void change(List<Endpoint> addresses) {
            current = List.copyOf(addresses);
            listeners.forEach(listener -> listener.accept(current));
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
}
