package dev.waypoint.transport.netty;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import io.netty.channel.Channel;

/**
 * The connections to an endpoint that is asked by ALPN for HTTP/2, and may answer that it speaks HTTP/1.1. Calls wait here only until the
 * first answer; from then on they go to the pool of the protocol at once.
 */
final class AlpnPool extends UpstreamPool {

    private enum Spoken {
        UNKNOWN,
        HTTP_1,
        HTTP_2
    }

    private final Http1Pool http1;
    private final Http2Pool http2;
    private Spoken spoken = Spoken.UNKNOWN;

    AlpnPool(UpstreamTarget target, BackendUse use, LoopState loop, Dialer connector) {
        super(target, use, loop, connector);
        http1 = new Http1Pool(target, use, loop, connector, this);
        http2 = new Http2Pool(target, use, loop, connector, this);
    }

    @Override
    PooledCall open(RequestHead head, boolean end, ResponseEvents events) {
        if (spoken == Spoken.HTTP_2) {
            return http2.open(head, end, events);
        }
        if (spoken == Spoken.HTTP_1 && !head.isGrpc()) {
            return http1.open(head, end, events);
        }
        AlpnCall call = new AlpnCall(this, head, end, events);
        if (spoken == Spoken.HTTP_1) {
            call.uncounted();
            loop().eventLoop().execute(() -> refuseGrpc(call));
        } else {
            start(call);
        }
        return call;
    }

    private void refuseGrpc(AlpnCall call) {
        call.fail(UpstreamFailure.of(
                Kind.TLS_FAILED,
                target().host() + ":" + target().port() + " does not offer h2 by ALPN, which gRPC needs"));
    }

    @Override
    void take(Channel channel, boolean chosenHttp2) {
        chosen(channel, chosenHttp2);
    }

    /** An endpoint chose a protocol for a connection that this pool, or one of the two below, had asked for. */
    void chosen(Channel channel, boolean chosenHttp2) {
        Spoken before = spoken;
        spoken = chosenHttp2 ? Spoken.HTTP_2 : Spoken.HTTP_1;
        UpstreamPool taker = chosenHttp2 ? http2 : http1;
        taker.adopt(channel);
        if (before != Spoken.UNKNOWN && before != spoken) {
            (chosenHttp2 ? http1 : http2).refuseWaiting("the endpoint has changed its protocol");
        }
        taker.serve();
    }

    @Override
    void established(Channel channel) {
        throw new IllegalStateException("connections belong to the pools of the protocols");
    }

    @Override
    boolean place(PooledCall call) {
        AlpnCall waiting = (AlpnCall) call;
        switch (spoken) {
            case UNKNOWN -> {
                return false;
            }
            case HTTP_2 -> waiting.become(http2);
            case HTTP_1 -> {
                if (waiting.isGrpc()) {
                    refuseGrpc(waiting);
                } else {
                    waiting.become(http1);
                }
            }
        }
        return true;
    }

    /** One connection tells for all. */
    @Override
    int room(int connecting) {
        return connecting == 0 ? 0 : Integer.MAX_VALUE;
    }

    @Override
    void closeSpare() {
        // The pools below have the connections.
    }

    @Override
    boolean isUnused() {
        return super.isUnused() && http1.isUnused() && http2.isUnused();
    }
}
