package dev.waypoint.extproc.fault;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The last faults of each processor. Books belong to the process and not to a filter: they are to outlive the change of
 * configuration that mends things. Their number is bounded by the names in configuration.
 */
public final class FaultBook {

    /** The most faults that are kept of one processor. */
    public static final int MOST = 200;

    private static final Map<String, FaultBook> BOOKS = new ConcurrentSkipListMap<>();

    private final Deque<FaultReport> newestFirst = new ArrayDeque<>();

    private FaultBook() {}

    /** The book of a processor. */
    public static FaultBook of(String provider) {
        return BOOKS.computeIfAbsent(provider, key -> new FaultBook());
    }

    /** The faults of all processors, by name, newest first. */
    public static List<FaultReport> all() {
        List<FaultReport> all = new ArrayList<>();
        BOOKS.values().forEach(book -> all.addAll(book.reports()));
        return all;
    }

    /** Adds a fault; the oldest one makes room for it. */
    public void add(FaultReport report) {
        synchronized (newestFirst) {
            if (newestFirst.size() == MOST) {
                newestFirst.removeLast();
            }
            newestFirst.addFirst(report);
        }
    }

    /** The faults, newest first. */
    public List<FaultReport> reports() {
        synchronized (newestFirst) {
            return List.copyOf(newestFirst);
        }
    }
}
