package dev.waypoint.upstream;

import dev.waypoint.ir.BackendSettingsIr.HealthIr;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the endpoints of one backend again and again how they are. An endpoint is well until it has failed several times in a row, and
 * well again after as many successes in a row as are asked for. Confined to the executor, apart from {@link #start} and {@link #close}.
 */
public final class HealthChecks implements AutoCloseable {

    /** The part of the interval by which rounds differ, so that replicas do not ask all at once. */
    private static final double JITTER = 0.1;

    private final HealthIr settings;
    private final Probe probe;
    private final Supplier<List<Endpoint>> endpoints;
    private final Runnable changed;
    private final ScheduledExecutorService executor;
    private final DoubleSupplier random;
    private final Map<Endpoint, Streak> streaks = new IdentityHashMap<>();
    private volatile boolean closed;
    private volatile @Nullable ScheduledFuture<?> next;

    /** Asks one endpoint once. */
    public interface Probe {
        /** Completes with whether it is well, within the timeout of the settings. Never fails. */
        CompletionStage<Boolean> ask(Endpoint endpoint, HealthIr settings);
    }

    /** Equal results in a row. */
    private static final class Streak {
        private boolean well;
        private int length;
        private boolean asked;
    }

    /**
     * Does nothing before {@link #start}.
     *
     * @param endpoints all endpoints of the backend, as they are now
     * @param changed run after an endpoint's health changed
     * @param executor one thread
     * @param random numbers from 0 to 1
     */
    public HealthChecks(
            HealthIr settings,
            Probe probe,
            Supplier<List<Endpoint>> endpoints,
            Runnable changed,
            ScheduledExecutorService executor,
            DoubleSupplier random) {
        this.settings = settings;
        this.probe = probe;
        this.endpoints = endpoints;
        this.changed = changed;
        this.executor = executor;
        this.random = random;
    }

    /** Begins with a round at once. */
    public void start() {
        executor.execute(this::round);
    }

    private void round() {
        if (closed) {
            return;
        }
        List<Endpoint> all = endpoints.get();
        streaks.keySet().retainAll(all);
        for (Endpoint endpoint : all) {
            Streak streak = streaks.computeIfAbsent(endpoint, ignored -> new Streak());
            if (!streak.asked) {
                streak.asked = true;
                probe.ask(endpoint, settings)
                        .whenComplete((well, problem) -> executor.execute(
                                () -> took(endpoint, streak, problem == null && Boolean.TRUE.equals(well))));
            }
        }
        double factor = 1 + JITTER * (2 * random.getAsDouble() - 1);
        long nanos = (long) (settings.interval().toNanos() * factor);
        next = executor.schedule(this::round, nanos, TimeUnit.NANOSECONDS);
    }

    private void took(Endpoint endpoint, Streak streak, boolean well) {
        streak.asked = false;
        streak.length = streak.well == well ? streak.length + 1 : 1;
        streak.well = well;
        int enough = well ? settings.healthyAfter() : settings.unhealthyAfter();
        if (!closed && streak.length >= enough && endpoint.healthy() != well) {
            endpoint.healthy(well);
            changed.run();
        }
    }

    /** Asks no more. What was found stays. */
    @Override
    public void close() {
        closed = true;
        ScheduledFuture<?> waiting = next;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
