package dev.waypoint.filters.ratelimit;

import dev.waypoint.ratelimit.ConcurrencyLimiter;
import dev.waypoint.ratelimit.Place;
import java.util.ArrayList;
import java.util.List;

/** The places of one request. Confined to its event loop. */
final class HeldPlaces {

    private List<Seat> seats = new ArrayList<>(2);
    private boolean over;

    private record Seat(ConcurrencyLimiter limiter, Place place) {}

    void add(ConcurrencyLimiter limiter, Place place) {
        seats.add(new Seat(limiter, place));
    }

    /** Forgets a place that is lost. */
    void remove(Place place) {
        seats.removeIf(seat -> seat.place.equals(place));
    }

    /** Gives all places back, also those that are waited for, and lets others in. */
    void release() {
        List<Seat> all = seats;
        seats = new ArrayList<>(0);
        for (Seat seat : all) {
            if (seat.place.state() == Place.State.RUNNING || !seat.limiter.giveUp(seat.place)) {
                seat.limiter.leave(seat.place).forEach(next -> next.resumption().run());
            }
        }
    }

    /** The exchange has ended. */
    void end() {
        over = true;
        release();
    }

    boolean isOver() {
        return over;
    }
}
