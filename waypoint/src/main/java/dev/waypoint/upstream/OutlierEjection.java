package dev.waypoint.upstream;

import dev.waypoint.ir.BackendSettingsIr.OutlierIr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Ejects endpoints that fail several times in a row, for a time that grows with each ejection. Only a share of the endpoints may be out at
 * once, but one always may. Needs no timer: who chooses an endpoint while some are out calls {@link #readmit}.
 */
public final class OutlierEjection implements Outliers {

    private static final int FIRST_ERROR = 500;

    private final OutlierIr settings;
    private final LongSupplier nanoTime;
    private final Supplier<List<Endpoint>> endpoints;
    private final Runnable onEjection;
    private final Map<Endpoint, History> histories = new ConcurrentHashMap<>();
    private volatile long nextReadmission = Long.MAX_VALUE;

    /** What is known of one endpoint; guarded by itself. */
    private static final class History {
        private int errorsInARow;
        private int ejections;
        private long until;
        private long readmitted;
    }

    /**
     * Begins with all endpoints in.
     *
     * @param nanoTime the clock of {@link System#nanoTime}
     * @param endpoints all endpoints of the backend, as they are now
     * @param onEjection called at each ejection, by any thread
     */
    public OutlierEjection(
            OutlierIr settings, LongSupplier nanoTime, Supplier<List<Endpoint>> endpoints, Runnable onEjection) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.endpoints = endpoints;
        this.onEjection = onEjection;
    }

    @Override
    public void answered(Endpoint endpoint, int status) {
        if (status >= FIRST_ERROR) {
            failed(endpoint);
            return;
        }
        History known = histories.get(endpoint);
        if (known != null) {
            synchronized (known) {
                known.errorsInARow = 0;
            }
        }
    }

    @Override
    public void failed(Endpoint endpoint) {
        History known = histories.computeIfAbsent(endpoint, ignored -> new History());
        boolean tooMany;
        synchronized (known) {
            known.errorsInARow++;
            tooMany = known.errorsInARow >= settings.consecutiveErrors();
        }
        if (tooMany && !endpoint.ejected()) {
            eject(endpoint, known);
        }
    }

    private synchronized void eject(Endpoint endpoint, History known) {
        List<Endpoint> all = endpoints.get();
        histories.keySet().retainAll(all);
        long out = all.stream().filter(Endpoint::ejected).count();
        long most = Math.max(1, (long) all.size() * settings.maxEjectionPercent() / 100);
        if (endpoint.ejected() || out >= most) {
            return;
        }
        synchronized (known) {
            long now = nanoTime.getAsLong();
            known.ejections = 1 + forgiven(known, now);
            known.errorsInARow = 0;
            known.until = now + length(known.ejections);
            nextReadmission = Math.min(nextReadmission, known.until);
        }
        endpoint.ejected(true);
        onEjection.run();
    }

    /** Each base length without ejection since the last one makes up for one ejection. */
    private int forgiven(History known, long now) {
        long base = Math.max(1, settings.baseEjection().toNanos());
        long quiet = known.ejections == 0 ? 0 : (now - known.readmitted) / base;
        return (int) Math.max(0, known.ejections - quiet);
    }

    private long length(int ejections) {
        Duration grown = settings.baseEjection().multipliedBy(ejections);
        Duration most = settings.maxEjection();
        return (grown.compareTo(most) > 0 ? most : grown).toNanos();
    }

    @Override
    public void readmit() {
        if (nanoTime.getAsLong() >= nextReadmission) {
            readmitDue();
        }
    }

    private synchronized void readmitDue() {
        long now = nanoTime.getAsLong();
        long next = Long.MAX_VALUE;
        for (Map.Entry<Endpoint, History> each : histories.entrySet()) {
            History known = each.getValue();
            synchronized (known) {
                if (each.getKey().ejected() && known.until <= now) {
                    known.readmitted = now;
                    each.getKey().ejected(false);
                } else if (each.getKey().ejected()) {
                    next = Math.min(next, known.until);
                }
            }
        }
        nextReadmission = next;
    }
}
