package dev.waypoint.transport.netty;

import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import java.util.concurrent.TimeUnit;

/**
 * Decides when the peer of a connection is asked for a sign of life, and when to give up. A peer that answers but sends nothing else is
 * asked twice and then seldom: servers take more for a flood (gRPC's: two pings, then one in five minutes).
 */
final class KeepAlive {

    static final int FREE_PINGS = 2;
    static final long SELDOM_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** What is to be done. */
    enum Act {
        NOTHING,
        PING,
        GIVE_UP
    }

    private final long interval;
    private final long timeout;
    private long quietSince;
    private long askedAt;
    private boolean asked;
    private int pings;
    private boolean heard;
    private boolean heardMore;
    private boolean stale;

    KeepAlive(KeepAliveIr settings, long now) {
        interval = settings.interval().toNanos();
        timeout = settings.timeout().toNanos();
        quietSince = now;
    }

    /** Something came. */
    void heard() {
        heard = true;
    }

    /** A part of a response came. */
    void heardMore() {
        heardMore = true;
    }

    /** Whether the connection was silent so long that a new request had better ask for a sign of life. */
    boolean isStale() {
        return stale && !asked && !heard && pings < FREE_PINGS;
    }

    /** A ping goes out. */
    void ping(long now) {
        asked = true;
        askedAt = now;
        pings++;
    }

    /** Looks at the clock; {@code busy} says that requests are under way. */
    Act look(long now, boolean busy) {
        if (heard) {
            heard = false;
            asked = false;
            quietSince = now;
        }
        if (heardMore) {
            heardMore = false;
            pings = 0;
        }
        if (asked) {
            return now - askedAt >= timeout ? Act.GIVE_UP : Act.NOTHING;
        }
        stale = interval > 0 && now - quietSince >= interval;
        if (!busy || !stale) {
            return Act.NOTHING;
        }
        return pings < FREE_PINGS || now - quietSince >= Math.max(interval, SELDOM_NANOS) ? Act.PING : Act.NOTHING;
    }
}
