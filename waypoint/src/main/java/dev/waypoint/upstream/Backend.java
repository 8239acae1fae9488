package dev.waypoint.upstream;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.ir.TlsToBackendIr;
import dev.waypoint.message.ConnectionEvents;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.observe.BackendMeters;
import dev.waypoint.observe.BackendMeters.EndpointStates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * One backend at run time. It outlives changes of configuration: endpoints that stay keep their load and health. {@link #update}
 * is called by one thread at a time; everything else by all event loops.
 */
public final class Backend {

    private final BackendId id;
    private final LongSupplier nanoTime;
    private final RetryBudget budget;
    private final LongAdder requests = new LongAdder();
    private final BackendEndpoints addresses;
    private final BackendMeters meters = new BackendMeters();
    private volatile State state;
    private volatile Outliers outliers = Outliers.NONE;

    /** Everything that changes at once. */
    private record State(
            BackendIr ir,
            Balancer balancer,
            SlowStart slowStart,
            List<Endpoint> all,
            List<Endpoint> preferred,
            String problem) {

        Endpoint choose(List<Endpoint> candidates, long hash) {
            return slowStart.choose(balancer, candidates, hash);
        }
    }

    /**
     * @param nanoTime the clock of {@link System#nanoTime}
     */
    public Backend(BackendIr ir, LongSupplier nanoTime) {
        this.id = ir.id();
        this.nanoTime = nanoTime;
        this.budget = new RetryBudget(ir.settings().retryBudget(), nanoTime);
        this.state = build(ir, Balancer.of(ir.settings().balancing()), List.of());
        this.addresses = new BackendEndpoints(state.all, ir.tls());
        this.outliers = outliers(ir);
        meters.endpoints(this::states);
    }

    private Outliers outliers(BackendIr ir) {
        return ir.settings()
                .outlier()
                .<Outliers>map(settings -> new OutlierEjection(settings, nanoTime, this::endpoints, meters::ejected))
                .orElse(Outliers.NONE);
    }

    /** Takes over a new description of the same backend. */
    public void update(BackendIr ir) {
        State old = state;
        if (old.ir.equals(ir)) {
            return;
        }
        boolean sameBalancing =
                old.ir.settings().balancing().equals(ir.settings().balancing());
        Balancer balancer =
                sameBalancing ? old.balancer : Balancer.of(ir.settings().balancing());
        budget.update(ir.settings().retryBudget());
        state = build(ir, balancer, old.all);
        addresses.changed(state.all, state.ir.tls());
        if (!old.ir.settings().outlier().equals(ir.settings().outlier())) {
            state.all.forEach(endpoint -> endpoint.ejected(false));
            outliers = outliers(ir);
        }
    }

    /** Says that the health of endpoints changed. */
    public void healthChanged() {
        addresses.changed(state.all, state.ir.tls());
    }

    private State build(BackendIr ir, Balancer balancer, List<Endpoint> before) {
        Map<String, Endpoint> known = new HashMap<>();
        before.forEach(endpoint -> known.put(endpoint.address(), endpoint));
        String problem = "";
        Optional<TlsToBackendIr.Verified> tls = Optional.empty();
        if (ir.tls().isPresent()) {
            switch (ir.tls().get()) {
                case TlsToBackendIr.Broken broken -> problem = broken.problem();
                case TlsToBackendIr.Verified verified -> tls = Optional.of(verified);
            }
        }
        List<Endpoint> all = new ArrayList<>(ir.endpoints().size());
        for (EndpointIr endpoint : ir.endpoints()) {
            Endpoint runtime = known.remove(endpoint.host() + ":" + endpoint.port());
            EndpointConnections connections = runtime == null ? new EndpointConnections(meters) : runtime.connections();
            UpstreamTarget target = target(ir, endpoint, tls, ir.protocol() == BackendIr.Protocol.HTTP2)
                    .told(connections);
            UpstreamTarget grpc = ir.protocol() == BackendIr.Protocol.AUTO
                    ? target(ir, endpoint, tls, true).told(connections)
                    : target;
            if (runtime == null) {
                runtime = new Endpoint(endpoint, target, grpc, connections, nanoTime.getAsLong());
            } else {
                runtime.update(endpoint, target, grpc);
            }
            all.add(runtime);
        }
        SlowStart slowStart = new SlowStart(
                ir.settings().slowStart(),
                nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        return new State(ir, balancer, slowStart, List.copyOf(all), preferred(ir, all), problem);
    }

    private static UpstreamTarget target(
            BackendIr ir, EndpointIr endpoint, Optional<TlsToBackendIr.Verified> tls, boolean http2) {
        return new UpstreamTarget(
                ir.id(),
                endpoint.host(),
                endpoint.port(),
                http2,
                tls,
                ir.settings().limits(),
                ir.settings().connectTimeout(),
                ir.settings().idleTimeout(),
                ir.settings().keepAlive().orElse(KeepAliveIr.DEFAULT),
                Optional.empty(),
                ConnectionEvents.NONE);
    }

    /** The endpoints of the own zone, when there are any; else all. */
    private static List<Endpoint> preferred(BackendIr ir, List<Endpoint> all) {
        String zone = ir.settings().zone();
        if (zone.isEmpty()) {
            return List.copyOf(all);
        }
        List<Endpoint> near = all.stream()
                .filter(endpoint -> endpoint.ir().zone().equals(zone))
                .toList();
        return near.isEmpty() ? List.copyOf(all) : near;
    }

    /** Its name. */
    public BackendId id() {
        return id;
    }

    /** What configuration says of it. */
    public BackendIr ir() {
        return state.ir;
    }

    /** Why nothing may be sent to it; empty if something may. */
    public String problem() {
        return state.problem;
    }

    /** All its endpoints. */
    public List<Endpoint> endpoints() {
        return state.all;
    }

    /** Who watches what its endpoints answer. */
    public Outliers outliers() {
        return outliers;
    }

    /** What may be retried. */
    public RetryBudget retryBudget() {
        return budget;
    }

    /** What is counted of it. */
    public BackendMeters meters() {
        return meters;
    }

    /** Requests sent to it so far. */
    public long requests() {
        return requests.sum();
    }

    /** Whether the endpoint of the client's session can take the request. */
    public boolean serves(EndpointChoice choice) {
        return choice.ofSession(state.all).isPresent();
    }

    /**
     * Chooses an endpoint for a request: that of the client's session if it takes requests; else among the available ones of the own
     * zone, else of all zones, else among those that are terminating or ejected, since a doubtful endpoint is better than none.
     */
    public Optional<Endpoint> choose(EndpointChoice choice) {
        State now = state;
        requests.increment();
        if (!choice.wanted().isEmpty()) {
            Optional<Endpoint> seat = choice.ofSession(now.all);
            if (seat.isPresent()) {
                return seat;
            }
        }
        if (choice.isPlain() && allAvailable(now.preferred)) {
            return now.preferred.isEmpty() ? Optional.empty() : Optional.of(now.choose(now.preferred, choice.hash()));
        }
        outliers.readmit();
        List<Endpoint> candidates = choice.among(now.preferred, true);
        if (candidates.isEmpty()) {
            candidates = choice.among(now.all, true);
        }
        if (candidates.isEmpty()) {
            candidates = choice.among(now.all, false);
        }
        return candidates.isEmpty() ? Optional.empty() : Optional.of(now.choose(candidates, choice.hash()));
    }

    private static boolean allAvailable(List<Endpoint> endpoints) {
        for (int i = 0; i < endpoints.size(); i++) {
            if (!endpoints.get(i).available()) {
                return false;
            }
        }
        return true;
    }

    private EndpointStates states() {
        int ready = 0;
        int unhealthy = 0;
        int ejected = 0;
        int leaving = 0;
        for (Endpoint endpoint : state.all) {
            if (!endpoint.healthy()) {
                unhealthy++;
            } else if (endpoint.ejected()) {
                ejected++;
            } else if (endpoint.available()) {
                ready++;
            } else {
                leaving++;
            }
        }
        return new EndpointStates(ready, unhealthy, ejected, leaving);
    }

    /** Its endpoints for side calls of filters. */
    public BackendEndpoints addresses() {
        return addresses;
    }
}
