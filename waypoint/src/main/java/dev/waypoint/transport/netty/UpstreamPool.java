package dev.waypoint.transport.netty;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop to one endpoint, and the calls that wait for one. */
abstract class UpstreamPool implements Dial.Outcome {

    private final UpstreamTarget target;
    private final BackendUse use;
    private final LoopState loop;
    private final Dialer connector;
    private final ArrayDeque<PooledCall> waiting = new ArrayDeque<>();
    private int connecting;
    private int open;
    private boolean awaiting;

    UpstreamPool(UpstreamTarget target, BackendUse use, LoopState loop, Dialer connector) {
        this.target = target;
        this.use = use;
        this.loop = loop;
        this.connector = connector;
    }

    /** Makes a call and finds it a connection. */
    abstract PooledCall open(RequestHead head, boolean end, ResponseEvents events);

    /** A connection is there: puts the pool's protocol on it. */
    abstract void established(Channel channel);

    /** Gives a waiting call to a connection that has room; false if there is none. */
    abstract boolean place(PooledCall call);

    /** How many calls the connections that are being made will carry. */
    abstract int room(int connections);

    /** Closes a connection that is not needed, so that another loop may have one. */
    abstract void closeSpare();

    final UpstreamTarget target() {
        return target;
    }

    final BackendUse use() {
        return use;
    }

    final LoopState loop() {
        return loop;
    }

    /** Whether the pool could be forgotten. */
    boolean isUnused() {
        return open == 0 && connecting == 0 && waiting.isEmpty();
    }

    /** Fails a call after the current call stack, as its maker does not know it yet. */
    private void refuse(PooledCall call, String what) {
        loop.eventLoop()
                .execute(() -> call.fail(
                        UpstreamFailure.of(Kind.OVERFLOW, target.backend() + " has reached its limit of " + what)));
    }

    /** Starts a new call. */
    final void start(PooledCall call) {
        if (!use.takeRequest(target.limits())) {
            call.uncounted();
            refuse(call, target.limits().maxRequests() + " requests");
            return;
        }
        if (waiting.isEmpty() && place(call)) {
            return;
        }
        if (!use.takePending(target.limits())) {
            refuse(call, target.limits().maxPending() + " waiting requests");
            return;
        }
        call.markPending();
        call.keepHead();
        waiting.add(call);
        connect();
    }

    private void connect() {
        while (room(connecting) < waiting.size()) {
            if (!use.takeConnection(target.limits())) {
                if (!awaiting) {
                    awaiting = true;
                    use.awaitConnection(() -> loop.eventLoop().execute(this::placeFree));
                }
                return;
            }
            connecting++;
            connector.dial(loop, target, this);
        }
    }

    private void placeFree() {
        awaiting = false;
        serve();
        if (waiting.isEmpty()) {
            // The place is not needed here any more: somebody else may wait for it.
            use.wakeNext();
        }
    }

    /** A connection was made. */
    @Override
    public final void connected(Channel channel, boolean http2) {
        connecting--;
        take(channel, http2);
        serve();
    }

    /** Takes a connection, or gives it to the pool that speaks what the endpoint chose. */
    void take(Channel channel, boolean http2) {
        adopt(channel);
    }

    /** Makes a connection one of this pool's. */
    final void adopt(Channel channel) {
        open++;
        target.connections().opened();
        channel.closeFuture().addListener(closed -> {
            open--;
            target.connections().closed();
            use.connectionClosed();
            serve();
        });
        established(channel);
    }

    /** No call can be served any more, but perhaps by another pool. */
    final void refuseWaiting(String why) {
        for (PooledCall next = nextWaiting(); next != null; next = nextWaiting()) {
            next.fail(UpstreamFailure.of(Kind.REFUSED, why));
        }
    }

    /** No connection could be made: the call that waited longest fails. */
    @Override
    public final void failed(UpstreamFailure failure) {
        connecting--;
        target.connections().failed();
        PooledCall first = nextWaiting();
        use.connectionClosed();
        if (first != null) {
            first.fail(failure);
        }
        serve();
    }

    /** Gives connections with room to the calls that wait, and makes further ones if need be. */
    final void serve() {
        while (true) {
            PooledCall next = nextWaiting();
            if (next == null) {
                break;
            }
            if (!place(next)) {
                waiting.addFirst(next);
                break;
            }
        }
        if (waiting.isEmpty()) {
            if (use.isAwaited()) {
                closeSpare();
            }
        } else {
            connect();
        }
    }

    private @Nullable PooledCall nextWaiting() {
        PooledCall next = waiting.poll();
        while (next != null && next.isDone()) {
            next = waiting.poll();
        }
        return next;
    }
}
