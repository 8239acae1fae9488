package dev.waypoint.transport.netty;

import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** How much of one backend's limits is in use, over all event loops. */
final class BackendUse {

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Takes a connection's place. */
    boolean takeConnection(LimitsIr limits) {
        return take(connections, limits.maxConnections());
    }

    /** Gives a connection's place back; whoever waits for one is told. */
    void connectionClosed() {
        connections.decrementAndGet();
        wakeNext();
    }

    /** Tells the next one that waits that a place may be free. */
    void wakeNext() {
        Runnable next = waiting.poll();
        if (next != null) {
            next.run();
        }
    }

    /** Asks to be told, on any thread, when a connection's place becomes free. */
    void awaitConnection(Runnable told) {
        waiting.add(told);
    }

    /** Whether somebody waits for a connection's place. */
    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    boolean takePending(LimitsIr limits) {
        return take(pending, limits.maxPending());
    }

    void pendingOver() {
        pending.decrementAndGet();
    }

    boolean takeRequest(LimitsIr limits) {
        return limits.maxRequests() == 0 || take(requests, limits.maxRequests());
    }

    void requestOver(LimitsIr limits) {
        if (limits.maxRequests() != 0) {
            requests.decrementAndGet();
        }
    }

    private static boolean take(AtomicInteger counter, int most) {
        if (counter.incrementAndGet() > most && most > 0) {
            counter.decrementAndGet();
            return false;
        }
        return true;
    }
}
