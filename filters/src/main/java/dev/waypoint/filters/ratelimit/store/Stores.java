package dev.waypoint.filters.ratelimit.store;

import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.ratelimit.LimitTable;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The stores in use. Threads and connections are there as long as a global limit is. */
public final class Stores {

    private static final Duration RECONNECT_DELAY = Duration.ofMillis(250);
    private static final int THREADS = 2;
    private static final long SWEEP_MILLIS = 500;

    private final Map<StoreSettings, SharedStore> stores = new HashMap<>();
    private final Map<Use, SharedTokens> tokens = new HashMap<>();
    private @Nullable Machinery machinery;

    /** What the stores run on. */
    private record Machinery(ClientResources resources, ScheduledExecutorService timer) {
        static Machinery start(Runnable sweep) {
            ClientResources resources = DefaultClientResources.builder()
                    .ioThreadPoolSize(THREADS)
                    .computationThreadPoolSize(THREADS)
                    .reconnectDelay(Delay.constant(RECONNECT_DELAY))
                    .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                    .build();
            ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("rate-limit-store").factory());
            timer.scheduleWithFixedDelay(sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
            return new Machinery(resources, timer);
        }

        void stop() {
            timer.shutdownNow();
            var _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    private static final class SharedStore {
        final RedisStore store;
        int holders;

        SharedStore(RedisStore store) {
            this.store = store;
        }
    }

    /** A limit with its store. */
    private record Use(LimitTable table, StoreSettings settings) {}

    private static final class SharedTokens {
        final FleetTokens tokens;
        int holders;

        SharedTokens(FleetTokens tokens) {
            this.tokens = tokens;
        }
    }

    /** The tokens of a limit; to be let go by closing the lease. */
    public interface Lease extends AutoCloseable {
        FleetTokens tokens();

        @Override
        void close();
    }

    /**
     * Connects a limit with its store.
     *
     * @param environment gives the objects that the settings name
     * @throws IllegalArgumentException if they lack an entry
     */
    public synchronized Lease lease(
            LimitTable table,
            StoreConfig config,
            FilterEnvironment environment,
            FleetTokens.Name name,
            FleetTokens.Meters meters) {
        Use use = new Use(table, StoreSettings.of(config, environment));
        SharedTokens shared = tokens.computeIfAbsent(
                use, _ -> new SharedTokens(new FleetTokens(table, hold(use.settings), name, meters)));
        shared.holders++;
        return new Lease() {
            private boolean released;

            @Override
            public FleetTokens tokens() {
                return shared.tokens;
            }

            @Override
            public void close() {
                if (!released) {
                    released = true;
                    release(use, shared);
                }
            }
        };
    }

    private RedisStore hold(StoreSettings settings) {
        Machinery running = machinery;
        if (running == null) {
            running = Machinery.start(this::sweep);
            machinery = running;
        }
        Machinery on = running;
        SharedStore shared = stores.computeIfAbsent(
                settings, _ -> new SharedStore(new RedisStore(settings, on.resources, on.timer)));
        shared.holders++;
        return shared.store;
    }

    private synchronized void release(Use use, SharedTokens shared) {
        if (--shared.holders > 0) {
            return;
        }
        tokens.remove(use);
        SharedStore store = stores.get(use.settings);
        if (store != null && --store.holders == 0) {
            stores.remove(use.settings);
            store.store.close();
        }
        Machinery running = machinery;
        if (stores.isEmpty() && running != null) {
            machinery = null;
            running.stop();
        }
    }

    private void sweep() {
        List<FleetTokens> all;
        synchronized (this) {
            all = tokens.values().stream().map(shared -> shared.tokens).toList();
        }
        all.forEach(FleetTokens::giveBackUnused);
    }
}
