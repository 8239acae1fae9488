package dev.waypoint.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.testing.FakeTime;
import dev.waypoint.filter.testing.HandRunExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerWheelTest {

    private final FakeTime time = new FakeTime();
    private final HandRunExecutor loop = new HandRunExecutor(time);
    private final TimerWheel wheel = new TimerWheel(loop);

    private final class Recorded extends TimerWheel.Timer {
        private long due;
        private long fired;

        @Override
        void onTimer(long nowNanos) {
            fired = nowNanos;
        }
    }

    @Test
    void timersFireInTimeAndCancelledOnesDoNot() {
        Random random = new Random(7);
        List<Recorded> live = new ArrayList<>();
        List<Recorded> cancelled = new ArrayList<>();
        long start = loop.ticker().nanoTime();
        for (int i = 0; i < 2000; i++) {
            Recorded timer = new Recorded();
            timer.due = start + random.nextLong(Duration.ofSeconds(20).toNanos());
            wheel.set(timer, timer.due);
            (i % 5 == 0 ? cancelled : live).add(timer);
        }
        cancelled.forEach(wheel::cancel);
        for (int i = 0; i < 5100; i++) {
            loop.pass(Duration.ofMillis(4));
        }
        for (Recorded timer : live) {
            assertThat(timer.fired - timer.due).isBetween(0L, 3 * TimerWheel.TICK_NANOS);
        }
        assertThat(cancelled).allSatisfy(timer -> assertThat(timer.fired).isZero());
        assertThat(loop.hasTimers()).as("nothing ticks when nothing is set").isFalse();
    }

    @Test
    void aTimerThatSetsItselfAgainFiresAgain() {
        int[] count = {0};
        TimerWheel.Timer again = new TimerWheel.Timer() {
            @Override
            void onTimer(long nowNanos) {
                if (++count[0] < 3) {
                    wheel.set(this, nowNanos + Duration.ofMillis(50).toNanos());
                }
            }
        };
        wheel.set(again, loop.ticker().nanoTime() + Duration.ofMillis(50).toNanos());
        for (int i = 0; i < 60; i++) {
            loop.pass(Duration.ofMillis(4));
        }
        assertThat(count[0]).isEqualTo(3);
    }
}
