package dev.waypoint.observe;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.CallMeters;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.filter.FilterEnvironment.EventTimer;
import dev.waypoint.filter.FilterEnvironment.Registration;
import dev.waypoint.filter.Recordings;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/**
 * What filters have of the process: counters, and a place for files. Equal arguments give the same counter for the life of the
 * process, whatever happens to the configuration.
 */
public final class FilterCounters {

    private final Map<FilterKey, FilterMeters> verdicts = new ConcurrentHashMap<>();
    private final Map<EventKey, Events> events = new ConcurrentHashMap<>();
    private final Map<EventKey, SharedLatency> timers = new ConcurrentHashMap<>();
    private final FilterValues values = new FilterValues();
    private final Map<CallKey, CallCounts> calls = new ConcurrentHashMap<>();
    private volatile Optional<RecordingFolder> recordings = Optional.empty();

    /** A filter of an owner. */
    record FilterKey(String filter, ResourceRef owner) {}

    /** Talks between one kind of filter and another program. */
    record CallKey(String filter, String peer) {}

    /** Something that a filter counts, measures or holds. */
    record EventKey(String filter, ResourceRef owner, String event) {}

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

    /** What a filter decided. */
    public FilterMeters verdicts(String filter, ResourceRef owner) {
        return verdicts.computeIfAbsent(new FilterKey(filter, owner), _ -> new FilterMeters());
    }

    /** What a filter counts itself. */
    public EventCounter event(String filter, ResourceRef owner, String event) {
        return events.computeIfAbsent(new EventKey(filter, owner, event), _ -> new Events());
    }

    /** What a filter measures itself. */
    public EventTimer timer(String filter, ResourceRef owner, String event) {
        return timers.computeIfAbsent(new EventKey(filter, owner, event), _ -> new SharedLatency());
    }

    /** What a filter holds now, until the registration is closed; equal sources count once. */
    public Registration gauge(String filter, ResourceRef owner, String name, LongSupplier source) {
        return values.register(new EventKey(filter, owner, name), source);
    }

    /** The talks of a filter with another program. */
    public CallMeters calls(String filter, String peer) {
        return calls.computeIfAbsent(new CallKey(filter, peer), _ -> new CallCounts());
    }

    /** Has filters leave files in a folder; to be called before there are filters. */
    public void recordIn(RecordingFolder folder) {
        recordings = Optional.of(folder);
    }

    /** Where filters may leave files. */
    public Recordings recordings() {
        return recordings.isPresent() ? recordings.get() : Recordings.CLOSED;
    }

    void forEachVerdict(BiConsumer<FilterKey, FilterMeters> visitor) {
        verdicts.forEach(visitor);
    }

    void forEachEvent(ObjLongConsumer<EventKey> visitor) {
        events.forEach((key, events) -> visitor.accept(key, events.count.sum()));
    }

    void forEachValue(ObjLongConsumer<EventKey> visitor) {
        values.forEach(visitor);
    }

    void forEachTimer(BiConsumer<EventKey, Distribution> visitor) {
        timers.forEach((key, timer) -> visitor.accept(key, timer.latency()));
    }

    void forEachCall(BiConsumer<CallKey, CallCounts> visitor) {
        calls.forEach(visitor);
    }

    Optional<RecordingFolder> recordingFolder() {
        return recordings;
    }
}
