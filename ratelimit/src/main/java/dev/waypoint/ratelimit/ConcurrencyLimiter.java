package dev.waypoint.ratelimit;

import dev.waypoint.ratelimit.Place.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests under way and keeps those that wait in order of arrival.
 *
 * <p>It starts no timers and calls nobody: {@link #leave} returns who may go on, and the caller sees to it that a waiting
 * request {@linkplain #giveUp gives up} at its deadline or when its client has gone. Keys exist only while a request
 * holds or awaits a place, so their number is bounded by the number of requests.
 */
public final class ConcurrencyLimiter {

    private final NanoClock clock;
    private final ConcurrentHashMap<LimitKey, Gate> gates = new ConcurrentHashMap<>();
    private final LongAdder under = new LongAdder();
    private final LongAdder admitted = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final LongAdder shadowLimited = new LongAdder();
    private volatile ConcurrencyLimit limit;

    /** Guarded by the map: every access is within {@code compute} of its key. */
    private static final class Gate {
        int running;
        final ArrayDeque<Place> waiting = new ArrayDeque<>();

        boolean idle() {
            return running == 0 && waiting.isEmpty();
        }
    }

    public ConcurrencyLimiter(ConcurrencyLimit limit, NanoClock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    public ConcurrencyLimit limit() {
        return limit;
    }

    /** Takes on a changed limit. Who is under way stays so; who waits goes on when the next request leaves. */
    public void reconfigure(ConcurrencyLimit changed) {
        limit = changed;
    }

    /**
     * Asks for a place. Its {@link Place#answer} says whether the request runs, waits, or is refused.
     *
     * @param resumption for whoever finds this request in the answer of {@link #leave}; never run by the limiter
     */
    public Place enter(LimitKey key, Runnable resumption) {
        ConcurrencyLimit current = limit;
        Place[] answer = new Place[1];
        gates.compute(key, (k, known) -> {
            Gate gate = known == null ? new Gate() : known;
            answer[0] = admit(gate, key, current, resumption);
            return gate.idle() ? null : gate;
        });
        return answer[0];
    }

    private Place admit(Gate gate, LimitKey key, ConcurrencyLimit current, Runnable resumption) {
        boolean room = gate.running < current.inFlight() && gate.waiting.isEmpty();
        if (room || current.mode() == Limit.Mode.SHADOW) {
            gate.running++;
            under.increment();
            admitted.increment();
            if (!room) {
                shadowLimited.increment();
            }
            return new Place(key, State.RUNNING, Long.MAX_VALUE, !room, resumption);
        }
        long now = clock.nanos();
        // Those whose time is up do not take a waiting place away, though their callers have not said so yet.
        while (!gate.waiting.isEmpty() && expired(gate.waiting.getFirst(), now)) {
            gate.waiting.remove();
        }
        if (gate.waiting.size() < current.queue()) {
            Place place = new Place(key, State.WAITING, now + current.maxWait().toNanos(), true, resumption);
            gate.waiting.add(place);
            return place;
        }
        limited.increment();
        return new Place(key, State.OUT, now, true, resumption);
    }

    /**
     * Gives a place back and returns those that have left the queue for a place, for the caller to resume, first come
     * first. More than one only after the limit was raised.
     *
     * @throws IllegalStateException if the request was not running
     */
    public List<Place> leave(Place place) {
        ConcurrencyLimit current = limit;
        List<Place> next = new ArrayList<>(1);
        gates.computeIfPresent(place.key, (key, gate) -> {
            expect(place, State.RUNNING);
            place.state(State.OUT);
            gate.running--;
            under.decrement();
            long now = clock.nanos();
            while (gate.running < current.inFlight() && !gate.waiting.isEmpty()) {
                Place first = gate.waiting.remove();
                if (!expired(first, now)) {
                    first.state(State.RUNNING);
                    gate.running++;
                    under.increment();
                    admitted.increment();
                    next.add(first);
                }
            }
            return gate.idle() ? null : gate;
        });
        expect(place, State.OUT);
        return next;
    }

    /**
     * Leaves the queue.
     *
     * @return true if the request is out; false if it had got a place before, which has to be given back or used
     */
    public boolean giveUp(Place place) {
        gates.computeIfPresent(place.key, (key, gate) -> {
            if (gate.waiting.remove(place)) {
                place.state(State.OUT);
                limited.increment();
            }
            return gate.idle() ? null : gate;
        });
        return place.state() == State.OUT;
    }

    /** Requests under way now with this key. */
    public int running(LimitKey key) {
        int[] running = new int[1];
        gates.computeIfPresent(key, (k, gate) -> {
            running[0] = gate.running;
            return gate;
        });
        return running[0];
    }

    /** Keys with a request under way or waiting. */
    public int keys() {
        return gates.size();
    }

    /** The keys with most requests under way, at most {@code count}. Costs time by the number of keys. */
    public List<KeyUse> top(int count) {
        List<KeyUse> all = new ArrayList<>();
        int most = limit.inFlight();
        for (LimitKey key : gates.keySet()) {
            gates.computeIfPresent(key, (k, gate) -> {
                all.add(new KeyUse(key, gate.running, most, gate.running, gate.waiting.size()));
                return gate;
            });
        }
        all.sort(Comparator.comparingLong(KeyUse::used).reversed());
        return List.copyOf(all.subList(0, Math.min(count, all.size())));
    }

    /** Requests under way now. */
    public long underWay() {
        return under.sum();
    }

    /** Requests that got a place. */
    public long admitted() {
        return admitted.sum();
    }

    /** Requests refused at once, given up, or too late. */
    public long limited() {
        return limited.sum();
    }

    /** Requests that ran beyond the limit because it is in shadow mode. */
    public long shadowLimited() {
        return shadowLimited.sum();
    }

    private boolean expired(Place place, long now) {
        if (place.deadlineNanos() > now) {
            return false;
        }
        place.state(State.OUT);
        limited.increment();
        return true;
    }

    private static void expect(Place place, State expected) {
        if (place.state() != expected) {
            throw new IllegalStateException(
                    "the place of key " + place.key + " is " + place.state() + ", expected " + expected);
        }
    }
}
