package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamFailure;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A call that may have to wait for a connection: what is written before is kept and sent later. */
abstract class PooledCall implements Upstream.Call {

    private static final int MOST_QUEUED = 64 * 1024;

    private final UpstreamPool pool;
    private ResponseEvents events;
    private @Nullable ArrayDeque<HttpData> queue;
    private int queuedBytes;
    private boolean queuedEnd;
    private @Nullable HttpHeaders queuedTrailers;
    private boolean sending;
    private boolean requestEnded;
    private boolean done;
    private boolean paused;
    private boolean pending;
    private boolean counted = true;

    PooledCall(UpstreamPool pool, ResponseEvents events, boolean requestEnded) {
        this.pool = pool;
        this.events = events;
        this.requestEnded = requestEnded;
    }

    /** Writes a piece to the connection that the call has. */
    abstract void send(HttpData data, boolean end);

    /** Writes trailers to the connection that the call has. */
    abstract void sendTrailers(HttpHeaders trailers);

    /** Ends the call on the connection that it has. */
    abstract void cancel(ResetCode code);

    /** Whether the connection takes more. */
    abstract boolean connectionWritable();

    /** Copies the head, which its owner may change while the call waits. */
    abstract void keepHead();

    /** Stops or starts the delivery of data on the connection. */
    abstract void applyPause(boolean pausing);

    final UpstreamPool pool() {
        return pool;
    }

    final ResponseEvents events() {
        return events;
    }

    final boolean isDone() {
        return done;
    }

    final boolean requestEnded() {
        return requestEnded;
    }

    final void endRequest() {
        requestEnded = true;
    }

    final boolean paused() {
        return paused;
    }

    /** Notes that the call was refused before it was counted. */
    final void uncounted() {
        counted = false;
    }

    /** Notes that the call counts as pending until it has a connection. */
    final void markPending() {
        pending = true;
    }

    /** The call no longer waits for a connection. */
    final void clearPending() {
        if (pending) {
            pending = false;
            pool.use().pendingOver();
        }
    }

    /** Another call goes on in the place of this one, and is counted instead. */
    final void handOver() {
        clearPending();
        if (counted) {
            counted = false;
            pool.use().requestOver(pool.target().limits());
        }
    }

    /** Whether a body was written before there was a connection. */
    final boolean hasQueued() {
        return queue != null || queuedTrailers != null;
    }

    /** The connection takes the body from now on: what was kept is sent. */
    final void startSending() {
        sending = true;
        ArrayDeque<HttpData> kept = queue;
        boolean wasFull = queuedBytes >= MOST_QUEUED;
        queue = null;
        queuedBytes = 0;
        while (kept != null && !kept.isEmpty()) {
            HttpData piece = kept.poll();
            send(piece, kept.isEmpty() && queuedEnd && queuedTrailers == null);
        }
        HttpHeaders trailers = queuedTrailers;
        if (trailers != null) {
            sendTrailers(trailers);
        }
        if (wasFull && !done && connectionWritable()) {
            events.onWritable();
        }
    }

    @Override
    public final void data(HttpData data, boolean end) {
        if (done || requestEnded) {
            data.close();
            return;
        }
        requestEnded = end;
        if (sending) {
            send(data, end);
            return;
        }
        ArrayDeque<HttpData> kept = queue;
        if (kept == null) {
            kept = new ArrayDeque<>();
            queue = kept;
        }
        kept.add(data);
        queuedBytes += data.length();
        queuedEnd = end;
    }

    @Override
    public final void trailers(HttpHeaders trailers) {
        if (done || requestEnded) {
            return;
        }
        requestEnded = true;
        if (sending) {
            sendTrailers(trailers);
        } else {
            queuedTrailers = trailers;
        }
    }

    @Override
    public final void reset(ResetCode code) {
        if (done) {
            return;
        }
        finish();
        cancel(code);
    }

    @Override
    public final boolean isWritable() {
        return done || (sending ? connectionWritable() : queuedBytes < MOST_QUEUED);
    }

    @Override
    public final void pause() {
        if (!paused && !done) {
            paused = true;
            applyPause(true);
        }
    }

    @Override
    public final void resume() {
        if (paused && !done) {
            paused = false;
            applyPause(false);
        }
    }

    /** The call is over: nothing is told any more. */
    final void finish() {
        if (done) {
            return;
        }
        done = true;
        events = Ignored.INSTANCE;
        clearPending();
        ArrayDeque<HttpData> kept = queue;
        queue = null;
        if (kept != null) {
            kept.forEach(HttpData::close);
        }
        if (counted) {
            pool.use().requestOver(pool.target().limits());
        }
    }

    /** The call failed. */
    final void fail(UpstreamFailure failure) {
        if (!done) {
            ResponseEvents receiver = events;
            finish();
            receiver.onFailure(failure);
        }
    }
}
