package dev.waypoint.upstream;

import dev.waypoint.ir.BackendSettingsIr.HealthIr;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;

/** Runs the health checks of all backends that ask for them, and follows configuration. Used by one thread at a time. */
public final class BackendHealth implements AutoCloseable {

    private final HealthChecks.Probe probe;
    private final ScheduledExecutorService executor;
    private final Map<Backend, Running> running = new HashMap<>();

    private record Running(HealthIr settings, HealthChecks checks) {}

    /**
     * Checks nothing before the first {@link #update}.
     *
     * @param executor one thread
     */
    public BackendHealth(HealthChecks.Probe probe, ScheduledExecutorService executor) {
        this.probe = probe;
        this.executor = executor;
    }

    /** Checks these backends from now on, and no others. */
    public void update(Collection<Backend> backends) {
        Set<Backend> gone = new HashSet<>(running.keySet());
        for (Backend backend : backends) {
            backend.ir().settings().health().ifPresent(settings -> {
                gone.remove(backend);
                Running known = running.get(backend);
                if (known == null || !known.settings().equals(settings)) {
                    start(backend, settings);
                }
            });
        }
        gone.forEach(this::stop);
    }

    private void start(Backend backend, HealthIr settings) {
        Running old = running.remove(backend);
        if (old != null) {
            old.checks().close();
        }
        HealthChecks checks = new HealthChecks(
                settings,
                probe,
                backend::endpoints,
                backend::healthChanged,
                executor,
                () -> ThreadLocalRandom.current().nextDouble());
        running.put(backend, new Running(settings, checks));
        checks.start();
    }

    /** Endpoints that nobody checks any more count as well. */
    private void stop(Backend backend) {
        Running old = running.remove(backend);
        if (old != null) {
            old.checks().close();
            backend.endpoints().forEach(endpoint -> endpoint.healthy(true));
            backend.healthChanged();
        }
    }

    @Override
    public void close() {
        running.values().forEach(each -> each.checks().close());
        running.clear();
    }
}
