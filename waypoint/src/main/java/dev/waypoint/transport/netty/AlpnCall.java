package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import org.jspecify.annotations.Nullable;

/** A call that waits for the endpoint to choose a protocol, and then hands everything on to a call of that protocol. */
final class AlpnCall extends PooledCall {

    private RequestHead head;
    private @Nullable PooledCall chosen;

    AlpnCall(AlpnPool pool, RequestHead head, boolean end, ResponseEvents events) {
        super(pool, events, end);
        this.head = head;
    }

    boolean isGrpc() {
        return head.isGrpc();
    }

    /** The protocol is known. */
    void become(UpstreamPool pool) {
        handOver();
        PooledCall real = pool.open(head, requestEnded() && !hasQueued(), events());
        chosen = real;
        if (paused()) {
            real.pause();
        }
        startSending();
    }

    @Override
    void send(HttpData data, boolean end) {
        PooledCall real = chosen;
        if (real == null) {
            data.close();
        } else {
            real.data(data, end);
        }
    }

    @Override
    void sendTrailers(HttpHeaders trailers) {
        PooledCall real = chosen;
        if (real != null) {
            real.trailers(trailers);
        }
    }

    @Override
    void cancel(ResetCode code) {
        PooledCall real = chosen;
        if (real != null) {
            real.reset(code);
        }
    }

    @Override
    boolean connectionWritable() {
        PooledCall real = chosen;
        return real == null || real.isWritable();
    }

    @Override
    void keepHead() {
        head = head.copy();
    }

    @Override
    void applyPause(boolean pausing) {
        PooledCall real = chosen;
        if (real != null && pausing) {
            real.pause();
        } else if (real != null) {
            real.resume();
        }
    }
}
