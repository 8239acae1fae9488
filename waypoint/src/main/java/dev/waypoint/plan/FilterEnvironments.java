package dev.waypoint.plan;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.CallMeters;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Recordings;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.ResolvedIr;
import dev.waypoint.observe.FilterCounters;
import dev.waypoint.observe.FilterMeters;
import dev.waypoint.upstream.Backend;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Makes what filter instances may use of the world around them. */
final class FilterEnvironments {

    private final FilterCounters counters;
    private final Map<BackendId, Backend> backends;
    private final IntSupplier replicas;
    private final InstantSource clock;

    FilterEnvironments(
            FilterCounters counters, Map<BackendId, Backend> backends, IntSupplier replicas, InstantSource clock) {
        this.counters = counters;
        this.backends = backends;
        this.replicas = replicas;
        this.clock = clock;
    }

    FilterMeters meters(String filter, ResourceRef owner) {
        return counters.verdicts(filter, owner);
    }

    FilterEnvironment environment(FilterIr ir, Optional<HttpFilter> predecessor) {
        return new Environment(ir, predecessor);
    }

    private final class Environment implements FilterEnvironment {
        private final FilterIr ir;
        private final Optional<HttpFilter> predecessor;

        Environment(FilterIr ir, Optional<HttpFilter> predecessor) {
            this.ir = ir;
            this.predecessor = predecessor;
        }

        @Override
        public ResourceRef owner() {
            return ir.source();
        }

        @Override
        public Map<String, byte[]> data(ConfigReference reference) {
            if (ir.references().get(reference) instanceof ResolvedIr.Data data) {
                Map<String, byte[]> decoded = new HashMap<>();
                data.base64()
                        .forEach((key, value) ->
                                decoded.put(key, Base64.getDecoder().decode(value)));
                return decoded;
            }
            throw new IllegalArgumentException(reference + " was not resolved; name it in FilterFactory.references");
        }

        @Override
        public EndpointSource endpoints(ConfigReference.ServiceReference reference) {
            if (ir.references().get(reference) instanceof ResolvedIr.Backend resolved) {
                Backend backend = backends.get(resolved.id());
                if (backend != null) {
                    return backend.addresses();
                }
            }
            throw new IllegalArgumentException(reference + " was not resolved; name it in FilterFactory.references");
        }

        @Override
        public int replicas() {
            return Math.max(1, replicas.getAsInt());
        }

        @Override
        public InstantSource clock() {
            return clock;
        }

        @Override
        public EventCounter counter(ResourceRef owner, String event) {
            return counters.event(ir.filter(), owner, event);
        }

        @Override
        public Registration gauge(ResourceRef owner, String name, LongSupplier source) {
            return counters.gauge(ir.filter(), owner, name, source);
        }

        @Override
        public EventTimer timer(ResourceRef owner, String event) {
            return counters.timer(ir.filter(), owner, event);
        }

        @Override
        public CallMeters calls(String peer) {
            return counters.calls(ir.filter(), peer);
        }

        @Override
        public Recordings recordings() {
            return counters.recordings();
        }

        @Override
        public Optional<HttpFilter> predecessor() {
            return predecessor;
        }
    }
}
