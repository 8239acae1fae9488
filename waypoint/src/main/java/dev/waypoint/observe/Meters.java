package dev.waypoint.observe;

import dev.waypoint.config.Finding.Severity;
import dev.waypoint.ir.BackendId;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Everything that is counted. Counters live as long as the process, whatever happens to the configuration. */
public final class Meters {

    private final ExchangeMeters exchanges = new ExchangeMeters();
    private final Map<BackendId, BackendMeters> backends = new ConcurrentHashMap<>();
    private final FilterCounters filters = new FilterCounters();
    private final LongAdder installed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile ConfigFacts config = new ConfigFacts(0, 0, 0, Map.of());
    private volatile LongSupplier connections = () -> 0;
    private volatile LongSupplier droppedLines = () -> 0;
    private volatile Optional<EventLoopLag> lag = Optional.empty();
    private volatile Optional<Supplier<StreamFacts>> stream = Optional.empty();

    /**
     * The configuration in force.
     *
     * @param version of the snapshot
     * @param installedMillis when it was installed, in milliseconds since 1970
     * @param objects of the resource set
     * @param findings the number of findings by severity
     */
    public record ConfigFacts(long version, long installedMillis, int objects, Map<Severity, Integer> findings) {
        public ConfigFacts {
            findings = findings.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(findings));
        }
    }

    /**
     * The stream from the controller.
     *
     * @param connected whether there is one now
     * @param version the controller's number of what is in force
     * @param streams streams that came about
     * @param bytes that were received
     */
    public record StreamFacts(boolean connected, long version, long streams, long bytes) {}

    /** The counters of exchanges: to be told of each by the engine. */
    public ExchangeMeters exchanges() {
        return exchanges;
    }

    /** Names the counters of a backend; those of a backend that is gone stay. */
    public void backend(BackendId id, BackendMeters counters) {
        backends.put(id, counters);
    }

    /** What filters count and measure. */
    public FilterCounters filters() {
        return filters;
    }

    /** A snapshot was installed. */
    public void configInstalled(ConfigFacts facts) {
        config = facts;
        installed.increment();
    }

    /** A change of configuration was not installed. */
    public void configRefused() {
        refused.increment();
    }

    /** Where the number of open client connections comes from. */
    public void connections(LongSupplier source) {
        connections = source;
    }

    /** Where the number of lost lines of the access log comes from. */
    public void droppedLines(LongSupplier source) {
        droppedLines = source;
    }

    /** Where the lag of event loops comes from. */
    public void lag(EventLoopLag source) {
        lag = Optional.of(source);
    }

    /** Where the state of the stream from a controller comes from; without a controller there is none. */
    public void stream(Supplier<StreamFacts> source) {
        stream = Optional.of(source);
    }

    Optional<StreamFacts> stream() {
        return stream.map(Supplier::get);
    }

    Map<BackendId, BackendMeters> backends() {
        return backends;
    }

    ConfigFacts config() {
        return config;
    }

    long installedChanges() {
        return installed.sum();
    }

    long refusedChanges() {
        return refused.sum();
    }

    long openConnections() {
        return connections.getAsLong();
    }

    long lostLines() {
        return droppedLines.getAsLong();
    }

    Optional<EventLoopLag> lag() {
        return lag;
    }
}
