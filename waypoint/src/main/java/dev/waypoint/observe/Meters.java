package dev.waypoint.observe;

import dev.waypoint.config.Finding.Severity;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.CallMeters;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.filter.FilterEnvironment.EventTimer;
import dev.waypoint.filter.FilterEnvironment.Registration;
import dev.waypoint.filter.Recordings;
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
    private final Map<FilterKey, FilterMeters> filters = new ConcurrentHashMap<>();
    private final Map<EventKey, Events> events = new ConcurrentHashMap<>();
    private final Map<EventKey, SharedLatency> timers = new ConcurrentHashMap<>();
    private final FilterValues values = new FilterValues();
    private final Map<CallKey, CallCounts> calls = new ConcurrentHashMap<>();
    private final LongAdder installed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile ConfigFacts config = new ConfigFacts(0, 0, 0, Map.of());
    private volatile LongSupplier connections = () -> 0;
    private volatile LongSupplier droppedLines = () -> 0;
    private volatile Optional<RecordingFolder> recordings = Optional.empty();
    private volatile Optional<EventLoopLag> lag = Optional.empty();
    private volatile Optional<Supplier<StreamFacts>> stream = Optional.empty();

    /** A filter of an owner. */
    record FilterKey(String filter, ResourceRef owner) {}

    /** Talks between one kind of filter and another program. */
    record CallKey(String filter, String peer) {}

    /** Something that a filter counts. */
    record EventKey(String filter, ResourceRef owner, String event) {}

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

    private static final class Events implements EventCounter {
        private final LongAdder count = new LongAdder();

        @Override
        public void increment() {
            count.increment();
        }

        @Override
        public void add(long amount) {
            count.add(amount);
        }
    }

    /** The counters of exchanges: to be told of each by the engine. */
    public ExchangeMeters exchanges() {
        return exchanges;
    }

    /** Names the counters of a backend; those of a backend that is gone stay. */
    public void backend(BackendId id, BackendMeters counters) {
        backends.put(id, counters);
    }

    /** What a filter decided. */
    public FilterMeters filter(String filter, ResourceRef owner) {
        return filters.computeIfAbsent(new FilterKey(filter, owner), key -> new FilterMeters());
    }

    /** What a filter counts itself. */
    public EventCounter filterEvent(String filter, ResourceRef owner, String event) {
        return events.computeIfAbsent(new EventKey(filter, owner, event), key -> new Events());
    }

    /** What a filter holds now, until the registration is closed; equal sources count once. */
    public Registration filterValue(String filter, ResourceRef owner, String name, LongSupplier source) {
        return values.register(new EventKey(filter, owner, name), source);
    }

    /** What a filter measures itself. */
    public EventTimer filterTimer(String filter, ResourceRef owner, String event) {
        return timers.computeIfAbsent(new EventKey(filter, owner, event), key -> new SharedLatency());
    }

    FilterValues values() {
        return values;
    }

    Map<EventKey, SharedLatency> timers() {
        return timers;
    }

    /** The talks of a filter with another program. */
    public CallMeters calls(String filter, String peer) {
        return calls.computeIfAbsent(new CallKey(filter, peer), key -> new CallCounts());
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

    /** Has filters leave files in a folder; to be called before there are filters. */
    public void recordings(RecordingFolder folder) {
        recordings = Optional.of(folder);
    }

    /** Where filters may leave files. */
    public Recordings recordings() {
        return recordings.isPresent() ? recordings.get() : Recordings.CLOSED;
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

    Map<FilterKey, FilterMeters> filters() {
        return filters;
    }

    void forEachEvent(EventVisitor visitor) {
        events.forEach((key, count) -> visitor.visit(key, count.count.sum()));
    }

    /** Hears each count of a filter. */
    interface EventVisitor {
        void visit(EventKey key, long count);
    }

    Map<CallKey, CallCounts> calls() {
        return calls;
    }

    Optional<RecordingFolder> recordingFolder() {
        return recordings;
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
