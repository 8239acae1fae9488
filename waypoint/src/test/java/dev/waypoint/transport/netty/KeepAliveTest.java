package dev.waypoint.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import dev.waypoint.transport.netty.KeepAlive.Act;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a silent connection is asked for a sign of life; times in seconds since its beginning. */
class KeepAliveTest {

    private final KeepAlive keepAlive =
            new KeepAlive(new KeepAliveIr(Duration.ofSeconds(30), Duration.ofSeconds(20)), 0);

    private Act at(long seconds, boolean busy) {
        Act act = keepAlive.look(TimeUnit.SECONDS.toNanos(seconds), busy);
        if (act == Act.PING) {
            keepAlive.ping(TimeUnit.SECONDS.toNanos(seconds));
        }
        return act;
    }

    @Test
    void silenceWithRequestsUnderWayLeadsToAPingAndThenToTheEnd() {
        assertThat(at(29, true)).isEqualTo(Act.NOTHING);
        assertThat(at(30, true)).isEqualTo(Act.PING);
        assertThat(at(49, true)).isEqualTo(Act.NOTHING);
        assertThat(at(50, true)).isEqualTo(Act.GIVE_UP);
    }

    @Test
    void anIdleConnectionIsLeftAlone() {
        assertThat(at(1000, false)).isEqualTo(Act.NOTHING);
    }

    @Test
    void aNewRequestOnAConnectionThatWasSilentAsksAtOnce() {
        assertThat(keepAlive.isStale()).isFalse();
        at(31, false);
        assertThat(keepAlive.isStale()).isTrue();
        keepAlive.heard();
        assertThat(keepAlive.isStale()).isFalse();
    }

    @Test
    void anAnswerIsASignOfLifeAndPingsWithoutDataBecomeRare() {
        assertThat(at(30, true)).isEqualTo(Act.PING);
        keepAlive.heard();
        assertThat(at(31, true)).isEqualTo(Act.NOTHING);
        assertThat(at(61, true)).isEqualTo(Act.PING);
        keepAlive.heard();
        assertThat(at(62, true)).isEqualTo(Act.NOTHING);
        assertThat(at(300, true)).isEqualTo(Act.NOTHING);
        assertThat(at(362, true)).isEqualTo(Act.PING);
    }

    @Test
    void dataMakesPingsFreeAgain() {
        at(30, true);
        keepAlive.heard();
        at(31, true);
        at(61, true);
        keepAlive.heard();
        keepAlive.heardMore();
        assertThat(at(62, true)).isEqualTo(Act.NOTHING);
        assertThat(at(92, true)).isEqualTo(Act.PING);
    }

    @Test
    void anIntervalOfZeroSwitchesItOff() {
        KeepAlive off = new KeepAlive(new KeepAliveIr(Duration.ZERO, Duration.ofSeconds(1)), 0);
        assertThat(off.look(Long.MAX_VALUE / 2, true)).isEqualTo(Act.NOTHING);
        assertThat(off.isStale()).isFalse();
    }
}
