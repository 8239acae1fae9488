package dev.waypoint.extproc;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.extproc.state.Effects.Count;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is counted and logged of a filter's exchanges: statistics by Envoy's names, and the faults of processors. */
final class Happenings {

    private static final Logger LOG = LoggerFactory.getLogger(Happenings.class);

    private static final long LOG_INTERVAL_NANOS = 1_000_000_000L;

    private final ResourceRef owner;
    private final Map<Count, EventCounter> counts = new EnumMap<>(Count.class);
    private final Map<ProtocolFault, EventCounter> faults = new EnumMap<>(ProtocolFault.class);
    private final Map<ProtocolFault, AtomicLong> lastLogged = new EnumMap<>(ProtocolFault.class);
    private final EventCounter streamsStarted;
    private final EventCounter streamsClosed;
    private final EventCounter messagesSent;

    Happenings(FilterEnvironment environment) {
        this.owner = environment.owner();
        for (Count count : Count.values()) {
            counts.put(count, environment.counter(count.name().toLowerCase(Locale.ROOT)));
        }
        long never = System.nanoTime() - LOG_INTERVAL_NANOS;
        for (ProtocolFault fault : ProtocolFault.values()) {
            faults.put(fault, environment.counter("fault_" + fault.name().toLowerCase(Locale.ROOT)));
            lastLogged.put(fault, new AtomicLong(never));
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

    /** Counts a fault, and logs it at most once a second for each kind. */
    void fault(ProtocolFault fault, String received, String expected, String requestId) {
        get(faults, fault).increment();
        AtomicLong last = get(lastLogged, fault);
        long before = last.get();
        long now = System.nanoTime();
        if (now - before >= LOG_INTERVAL_NANOS && last.compareAndSet(before, now)) {
            LOG.warn(
                    "processor of {}: {} {} Received: {}. Expected: {}. Request {}",
                    owner,
                    fault.explanation(),
                    fault.remedy(),
                    received,
                    expected.isEmpty() ? "-" : expected,
                    requestId);
        }
    }

    private static <K, V> V get(Map<K, V> map, K key) {
        V value = map.get(key);
        if (value == null) {
            throw new IllegalStateException("no entry for " + key);
        }
        return value;
    }
}
