package dev.waypoint.observe;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RuleIr;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Counts exchanges: each event loop in memory of its own, without locks; summed up when somebody asks. */
public final class ExchangeMeters implements ExchangeObserver {

    /** More different targets than this on one event loop are counted together, as listener {@code other}. */
    private static final int MAX_TARGETS = 10_000;

    private static final ExchangeSeries.Target OTHER = new ExchangeSeries.Target("other", "", "", Optional.empty());

    private static final Object NO_RULE = new Object();

    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private final FastThreadLocal<Loop> current = new FastThreadLocal<>() {
        @Override
        protected Loop initialValue() {
            Loop loop = new Loop();
            loops.add(loop);
            return loop;
        }
    };

    /** What one event loop counts. Only the list of series is read by others. */
    private static final class Loop {
        final Counts startedAndEnded = new Counts(2);
        final IdentityHashMap<Object, Link> links = new IdentityHashMap<>();
        final Map<ExchangeSeries.Target, ExchangeSeries> byTarget = new HashMap<>();
        final ConcurrentLinkedQueue<ExchangeSeries> all = new ConcurrentLinkedQueue<>();
    }

    /**
     * The way from a rule object to its counters. The counters outlive it: an equally named rule of a later snapshot goes on with
     * them.
     */
    private record Link(
            @Nullable ListenerIr listener,
            @Nullable BackendId backend,
            ExchangeSeries series,
            @Nullable Link next) {

        @SuppressWarnings(
                "ReferenceEquality") // comparing whole listeners for each request would cost more than all else
        boolean fits(@Nullable ListenerIr wantedListener, @Nullable BackendId wantedBackend) {
            return listener == wantedListener && Objects.equals(backend, wantedBackend);
        }
    }

    @Override
    public void onStart() {
        current.get().startedAndEnded.add(0, 1);
    }

    @Override
    public void onEnd(FinishedExchange exchange) {
        Loop loop = current.get();
        loop.startedAndEnded.add(1, 1);
        series(loop, exchange).record(exchange);
    }

    private static ExchangeSeries series(Loop loop, FinishedExchange exchange) {
        RuleIr rule = exchange.rule();
        ListenerIr listener = exchange.listener();
        BackendId backend = exchange.backend();
        Object key = rule != null ? rule : listener != null ? listener : NO_RULE;
        Link first = loop.links.get(key);
        for (Link link = first; link != null; link = link.next) {
            if (link.fits(listener, backend)) {
                return link.series;
            }
        }
        ExchangeSeries series = counters(loop, exchange);
        if (loop.links.size() > MAX_TARGETS) {
            loop.links.clear();
        }
        loop.links.put(key, new Link(listener, backend, series, first));
        return series;
    }

    private static ExchangeSeries counters(Loop loop, FinishedExchange exchange) {
        ExchangeSeries.Target target = loop.byTarget.size() < MAX_TARGETS ? target(exchange) : OTHER;
        ExchangeSeries known = loop.byTarget.get(target);
        if (known == null) {
            known = new ExchangeSeries(target);
            loop.byTarget.put(target, known);
            loop.all.add(known);
        }
        return known;
    }

    private static ExchangeSeries.Target target(FinishedExchange exchange) {
        ListenerIr listener = exchange.listener();
        RuleIr rule = exchange.rule();
        return new ExchangeSeries.Target(
                listener == null ? "" : listener.id(),
                rule == null ? "" : rule.route().toString(),
                rule == null ? "" : rule.name(),
                Optional.ofNullable(exchange.backend()));
    }

    /** All series of all event loops; those of the same target come once for each loop. */
    List<ExchangeSeries> series() {
        return loops.stream().flatMap(loop -> loop.all.stream()).toList();
    }

    /** Exchanges that began. */
    public long started() {
        return loops.stream().mapToLong(loop -> loop.startedAndEnded.get(0)).sum();
    }

    /** Exchanges under way. */
    public long active() {
        long ended =
                loops.stream().mapToLong(loop -> loop.startedAndEnded.get(1)).sum();
        return Math.max(0, started() - ended);
    }
}
