package dev.waypoint.filters.ratelimit;

import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Verdict;
import dev.waypoint.ratelimit.LimitKey;
import dev.waypoint.ratelimit.Place;
import dev.waypoint.ratelimit.Subject;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Gets requests their places, one concurrency limit after the other, before anything else is decided: places can be given back as if
 * they had never been taken, tokens cannot. Everything happens on the exchange's event loop.
 */
final class PlacesFilter {

    private final AskedConcurrency[] limits;

    PlacesFilter(List<AskedConcurrency> limits) {
        this.limits = limits.toArray(AskedConcurrency[]::new);
    }

    boolean isEmpty() {
        return limits.length == 0;
    }

    /**
     * Gets a request its places.
     *
     * @param inside decides about the request when it has all of them
     */
    Verdict enter(RequestHead head, Exchange exchange, Supplier<Verdict> inside) {
        HeldPlaces held = new HeldPlaces();
        exchange.onEnd(held::end);
        return enter(0, head, exchange, held, inside);
    }

    private Verdict enter(int from, RequestHead head, Exchange exchange, HeldPlaces held, Supplier<Verdict> inside) {
        for (int i = from; i < limits.length; i++) {
            AskedConcurrency limit = limits[i];
            Subject subject = limit.subject(head, exchange);
            if (subject instanceof LimitKey key) {
                CompletableFuture<Boolean> turn = new CompletableFuture<>();
                Place place = limit.limiter.enter(key, () -> turn.complete(true));
                switch (place.answer()) {
                    case RUNNING -> got(limit, place, key, exchange, held);
                    case WAITING -> {
                        limit.note(exchange, "waits", key);
                        int next = i + 1;
                        return Verdict.later(wait(limit, place, turn, exchange, held)
                                .thenComposeAsync(
                                        got -> after(
                                                got,
                                                limit,
                                                place,
                                                key,
                                                exchange,
                                                held,
                                                () -> enter(next, head, exchange, held, inside)),
                                        exchange.eventLoop()));
                    }
                    case OUT -> {
                        return refused(limit, key, exchange, held);
                    }
                }
            } else if (subject == Subject.Absent.REJECT) {
                if (limit.enforced()) {
                    return refused(limit, subject, exchange, held);
                }
                limit.shadowLimited.increment();
            }
        }
        return released(inside.get(), held);
    }

    private static void got(AskedConcurrency limit, Place place, LimitKey key, Exchange exchange, HeldPlaces held) {
        held.add(limit.limiter, place);
        limit.admitted.increment();
        if (place.shadowLimited()) {
            limit.shadowLimited.increment();
        }
        limit.note(exchange, place.shadowLimited() ? "would refuse (shadow)" : "admits", key);
    }

    /** Waits for a turn, or until the request has waited too long. */
    private static CompletableFuture<Boolean> wait(
            AskedConcurrency limit, Place place, CompletableFuture<Boolean> turn, Exchange exchange, HeldPlaces held) {
        held.add(limit.limiter, place);
        long start = System.nanoTime();
        ScheduledFuture<?> deadline = exchange.eventLoop()
                .schedule(
                        () -> {
                            if (limit.limiter.giveUp(place)) {
                                turn.complete(false);
                            }
                        },
                        limit.limiter.limit().maxWait().toNanos(),
                        TimeUnit.NANOSECONDS);
        return turn.whenComplete((_, _) -> {
            deadline.cancel(false);
            limit.wait.record(System.nanoTime() - start);
        });
    }

    private static CompletableFuture<Verdict> after(
            boolean got,
            AskedConcurrency limit,
            Place place,
            LimitKey key,
            Exchange exchange,
            HeldPlaces held,
            Supplier<Verdict> further) {
        if (held.isOver()) {
            return CompletableFuture.completedFuture(Verdict.next());
        }
        if (!got) {
            held.remove(place);
            return CompletableFuture.completedFuture(refused(limit, key, exchange, held));
        }
        limit.admitted.increment();
        limit.note(exchange, "admits after a wait", key);
        Verdict verdict = further.get();
        return verdict instanceof Verdict.Later later
                ? later.outcome().toCompletableFuture()
                : CompletableFuture.completedFuture(verdict);
    }

    private static Verdict refused(AskedConcurrency limit, Subject subject, Exchange exchange, HeldPlaces held) {
        held.release();
        limit.limited.increment();
        limit.note(exchange, "refuses", subject);
        return Verdict.reply(limit.refusal());
    }

    /** A request that another limit refuses holds no place while its refusal is sent. */
    private static Verdict released(Verdict verdict, HeldPlaces held) {
        return switch (verdict) {
            case Verdict.Reply reply -> {
                held.release();
                yield reply;
            }
            case Verdict.Later later -> Verdict.later(later.outcome().thenApply(outcome -> released(outcome, held)));
            case Verdict.Next next -> next;
            case Verdict.Reroute reroute -> reroute;
        };
    }
}
