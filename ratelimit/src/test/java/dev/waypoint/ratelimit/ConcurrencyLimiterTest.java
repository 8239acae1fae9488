package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.ratelimit.Place.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConcurrencyLimiterTest {

    private static final LimitKey A = LimitKey.of("a");

    private final ManualClock clock = new ManualClock();

    @Test
    void withoutAQueueTheNextOneIsRefusedUntilSomebodyLeaves() {
        ConcurrencyLimiter limiter = new ConcurrencyLimiter(ConcurrencyLimit.of("c", 2), clock);
        Place first = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        limiter.enter(A, ConcurrencyLimiterTest::nothing);
        assertThat(limiter.enter(A, ConcurrencyLimiterTest::nothing).answer()).isEqualTo(State.OUT);
        assertThat(limiter.enter(LimitKey.of("b"), ConcurrencyLimiterTest::nothing)
                        .answer())
                .as("another key")
                .isEqualTo(State.RUNNING);
        assertThat(limiter.leave(first)).isEmpty();
        assertThat(limiter.enter(A, ConcurrencyLimiterTest::nothing).answer()).isEqualTo(State.RUNNING);
        assertThat(limiter.running(A)).isEqualTo(2);
        assertThat(limiter.limited()).isEqualTo(1);
    }

    @Test
    void thoseThatWaitGoOnInOrderOfArrival() {
        ConcurrencyLimiter limiter = queued(1, 2);
        Place running = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        Place second = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        Place third = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        assertThat(limiter.enter(A, ConcurrencyLimiterTest::nothing).answer())
                .as("the queue is full")
                .isEqualTo(State.OUT);
        assertThat(second.state()).isEqualTo(State.WAITING);
        assertThat(limiter.leave(running)).containsExactly(second);
        assertThat(second.state()).isEqualTo(State.RUNNING);
        assertThat(limiter.leave(second)).containsExactly(third);
        assertThat(limiter.leave(third)).isEmpty();
        assertThat(limiter.keys()).as("nobody left, nothing kept").isZero();
    }

    @Test
    void whoGivesUpLeavesTheQueueUnlessItHadGotAPlace() {
        ConcurrencyLimiter limiter = queued(1, 5);
        Place running = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        Place gone = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        Place lucky = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        assertThat(limiter.giveUp(gone)).isTrue();
        assertThat(limiter.leave(running)).containsExactly(lucky);
        assertThat(limiter.giveUp(lucky)).as("too late: it runs").isFalse();
        assertThat(limiter.leave(lucky)).isEmpty();
    }

    @Test
    void whoHasWaitedTooLongIsPassedOver() {
        ConcurrencyLimiter limiter = queued(1, 2);
        Place running = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        Place late = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        assertThat(late.deadlineNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
        clock.advance(Duration.ofMillis(600));
        Place inTime = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        clock.advance(Duration.ofMillis(400));
        Place newest = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        assertThat(newest.state())
                .as("the expired one has freed its waiting place")
                .isEqualTo(State.WAITING);
        assertThat(limiter.leave(running)).containsExactly(inTime);
        assertThat(limiter.giveUp(late)).as("its timer comes later").isTrue();
        assertThat(limiter.limited()).isEqualTo(1);
    }

    @Test
    void shadowModeCountsAndLetsRun() {
        ConcurrencyLimiter limiter =
                new ConcurrencyLimiter(ConcurrencyLimit.of("c", 1).withMode(Limit.Mode.SHADOW), clock);
        assertThat(limiter.enter(A, ConcurrencyLimiterTest::nothing).shadowLimited())
                .isFalse();
        Place beyond = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        assertThat(beyond.state()).isEqualTo(State.RUNNING);
        assertThat(beyond.shadowLimited()).isTrue();
        assertThat(limiter.shadowLimited()).isEqualTo(1);
        assertThat(limiter.limited()).isZero();
    }

    @Test
    void aRaisedLimitLetsSeveralGoOnWithTheNextThatLeaves() {
        ConcurrencyLimiter limiter = queued(1, 5);
        Place running = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        Place second = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        Place third = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        limiter.enter(A, ConcurrencyLimiterTest::nothing);
        limiter.reconfigure(limiter.limit().withInFlight(2));
        assertThat(limiter.enter(A, ConcurrencyLimiterTest::nothing).answer())
                .as("nobody overtakes the queue")
                .isEqualTo(State.WAITING);
        assertThat(limiter.leave(running)).containsExactly(second, third);
        limiter.reconfigure(limiter.limit().withInFlight(1));
        assertThat(limiter.leave(second))
                .as("lowered: the other one is still under way")
                .isEmpty();
    }

    @Test
    void leavingTwiceIsABugAndSaysSo() {
        ConcurrencyLimiter limiter = queued(1, 1);
        Place place = limiter.enter(A, ConcurrencyLimiterTest::nothing);
        limiter.enter(A, ConcurrencyLimiterTest::nothing);
        limiter.leave(place);
        assertThatThrownBy(() -> limiter.leave(place)).hasMessage("the place of key a is OUT, expected RUNNING");
        assertThatThrownBy(() -> ConcurrencyLimit.of("c", 1).withQueue(3, Duration.ZERO))
                .hasMessageContaining("expected both or neither");
    }

    @Test
    @Timeout(30)
    void manyThreadsNeverExceedTheLimitAndEverybodyGetsThrough() throws Exception {
        ConcurrencyLimiter limiter = queued(3, 40_000);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ConcurrentLinkedQueue<Place> resumed = new ConcurrentLinkedQueue<>();
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int t = 0; t < 8; t++) {
                workers.add(threads.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        Place place = limiter.enter(A, ConcurrencyLimiterTest::nothing);
                        if (place.answer() == State.OUT) {
                            throw new IllegalStateException("the queue cannot be full");
                        }
                        if (place.answer() == State.RUNNING) {
                            use(limiter, place, resumed, running, most, done);
                        }
                        for (Place next = resumed.poll(); next != null; next = resumed.poll()) {
                            use(limiter, next, resumed, running, most, done);
                        }
                    }
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        }
        for (Place next = resumed.poll(); next != null; next = resumed.poll()) {
            use(limiter, next, resumed, running, most, done);
        }
        assertThat(done).hasValue(40_000);
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(limiter.keys()).isZero();
    }

    private static void use(
            ConcurrencyLimiter limiter,
            Place place,
            ConcurrentLinkedQueue<Place> resumed,
            AtomicInteger running,
            AtomicInteger most,
            AtomicInteger done) {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        done.incrementAndGet();
        running.decrementAndGet();
        resumed.addAll(limiter.leave(place));
    }

    private ConcurrencyLimiter queued(int inFlight, int queue) {
        return new ConcurrencyLimiter(
                ConcurrencyLimit.of("c", inFlight).withQueue(queue, Duration.ofSeconds(1)), clock);
    }

    private static void nothing() {
        // The tests look at what leave returns instead.
    }
}
