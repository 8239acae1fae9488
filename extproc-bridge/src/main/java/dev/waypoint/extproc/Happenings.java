package dev.waypoint.extproc;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.extproc.fault.FaultBook;
import dev.waypoint.extproc.fault.FaultReport;
import dev.waypoint.extproc.fault.FaultRules;
import dev.waypoint.extproc.state.Effects.Count;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is counted and logged of a filter's exchanges: statistics by Envoy's names, and the faults of processors. */
final class Happenings {

    private static final Logger LOG = LoggerFactory.getLogger(Happenings.class);

    private static final long LOG_INTERVAL_NANOS = 60_000_000_000L;

    private final ResourceRef owner;
    private final String provider;
    private final InstantSource clock;
    private final FaultBook book;
    private final Map<Count, EventCounter> counts = new EnumMap<>(Count.class);
    private final Map<ProtocolFault, EventCounter> faults = new EnumMap<>(ProtocolFault.class);
    private final Map<ProtocolFault, LogTurn> turns = new EnumMap<>(ProtocolFault.class);
    private final EventCounter streamsStarted;
    private final EventCounter streamsClosed;
    private final EventCounter messagesSent;

    Happenings(String provider, FilterEnvironment environment) {
        this.owner = environment.owner();
        this.provider = provider;
        this.clock = environment.clock();
        this.book = FaultBook.of(provider);
        for (Count count : Count.values()) {
            counts.put(count, environment.counter(count.name().toLowerCase(Locale.ROOT)));
        }
        for (ProtocolFault fault : ProtocolFault.values()) {
            faults.put(fault, environment.counter("fault_" + fault.name().toLowerCase(Locale.ROOT)));
            turns.put(fault, new LogTurn());
        }
        this.streamsStarted = environment.counter("streams_started");
        this.streamsClosed = environment.counter("streams_closed");
        this.messagesSent = environment.counter("stream_msgs_sent");
    }

    void streamStarted() {
        streamsStarted.increment();
    }

    void streamClosed() {
        streamsClosed.increment();
    }

    void messageSent() {
        messagesSent.increment();
    }

    void count(Count count) {
        get(counts, count).increment();
    }

    /** Counts a fault, keeps it for operators, and logs it at most once a minute for each rule, with how many were passed over. */
    void fault(ProtocolFault fault, String received, String expected, String requestId) {
        get(faults, fault).increment();
        book.add(new FaultReport(clock.instant(), provider, owner.toString(), requestId, fault, received, expected));
        LogTurn turn = get(turns, fault);
        long now = System.nanoTime();
        long before = turn.last.get();
        if (now - before < LOG_INTERVAL_NANOS || !turn.last.compareAndSet(before, now)) {
            turn.silent.incrementAndGet();
            return;
        }
        long silent = turn.silent.getAndSet(0);
        LOG.warn(
                "processor {} broke the rule {}: {} Received: {}. Expected: {}. Remedy: {} See {}. Request {}, called by {}{}",
                provider,
                fault.anchor(),
                fault.explanation(),
                received,
                expected.isEmpty() ? "-" : expected,
                fault.remedy(),
                FaultRules.link(fault),
                requestId,
                owner,
                silent == 0 ? "" : "; " + silent + " more of this kind since the last line");
    }

    /** When a rule was logged last, and how often it was passed over since. */
    private static final class LogTurn {
        private final AtomicLong last = new AtomicLong(System.nanoTime() - LOG_INTERVAL_NANOS);
        private final AtomicLong silent = new AtomicLong();
    }

    private static <K, V> V get(Map<K, V> map, K key) {
        V value = map.get(key);
        if (value == null) {
            throw new IllegalStateException("no entry for " + key);
        }
        return value;
    }
}
