package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.transport.netty.codec.BadMessage;
import dev.waypoint.transport.netty.codec.Http1Body;
import dev.waypoint.transport.netty.codec.Http1Head;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.DuplexChannelConfig;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** An HTTP/1 connection to an endpoint; carries one call after the other. */
final class Http1ClientConnection extends Http1Connection {

    private static final int MAX_HEAD = 256 * 1024;

    private enum State {
        IDLE,
        HEAD,
        BODY,
        RAW,
        CLOSED
    }

    private final Http1Pool pool;
    private final Http1Head head = new Http1Head();
    private final Http1Body body;

    private State state = State.IDLE;
    private @Nullable Http1Call call;
    private boolean requestEnded;
    private boolean heard;
    private boolean persistent = true;
    private int carried;
    private int flushes;
    private long since = System.nanoTime();

    Http1ClientConnection(Http1Pool pool) {
        super(pool.loop());
        this.pool = pool;
        this.body = new Http1Body(pool.loop().headParser());
    }

    boolean isUsable() {
        return state == State.IDLE && ctx().channel().isActive();
    }

    /** Takes a call. */
    void carry(Http1Call next) {
        state = State.HEAD;
        call = next;
        carried++;
        heard = false;
        flushes = output().flushes();
        requestEnded = next.requestEnded() && !next.isUpgrade();
        next.begin(this, output(), pool.loop().headWriter());
    }

    void requestEnded() {
        requestEnded = true;
    }

    void close() {
        ctx().close();
    }

    /** The body is longer or shorter than its head said: only the end of the connection tells the endpoint. */
    void brokenLength() {
        Http1Call failing = call;
        close();
        if (failing != null) {
            failing.fail(UpstreamFailure.of(Kind.PROTOCOL, "the request's body does not have the length of its head"));
        }
    }

    @Override
    void broken(BadMessage problem) {
        close();
        failCall(Kind.PROTOCOL, problem.reason());
    }

    @Override
    boolean step() throws BadMessage {
        Http1Call running = call;
        if (running == null) {
            if (pending().isReadable()) {
                // Nobody asked: a server that says goodbye in words, or one that cannot be trusted.
                dropPending();
                close();
            }
            return false;
        }
        return switch (state) {
            case HEAD -> readHead(running);
            case BODY -> !running.paused() && readBody(running);
            case RAW -> !running.paused() && readRaw(running);
            case IDLE, CLOSED -> false;
        };
    }

    private boolean readHead(Http1Call running) throws BadMessage {
        if (!pending().isReadable()) {
            return false;
        }
        heard = true;
        if (!pool.loop().headParser().response(pending(), MAX_HEAD, head)) {
            return false;
        }
        int status = head.status();
        if (status == 101) {
            switchProtocols(running);
            return true;
        }
        if (status < 200) {
            // 100 answers an expectation, which is the affair of each connection alone.
            if (status != 100) {
                running.events().onInformational(new ResponseHead(status, head.headers()));
            }
            return call == running;
        }
        persistent = head.persistent();
        if (running.isUpgrade()) {
            requestEnded = true;
            running.endRequest();
        }
        boolean end = frame(running, status);
        if (end) {
            ResponseEvents events = running.events();
            ResponseHead response = new ResponseHead(status, head.headers());
            done(running);
            events.onHead(response, true);
        } else {
            state = State.BODY;
            ResponseHead response = new ResponseHead(status, head.headers());
            if (head.chunked()) {
                response.transferEncoding("chunked");
            }
            running.events().onHead(response, false);
        }
        return true;
    }

    /** Chooses how the body is delimited; true if there is none. */
    private boolean frame(Http1Call running, int status) {
        if (running.isHead() || status == 204 || status == 304) {
            return true;
        }
        if (head.chunked()) {
            body.chunked();
        } else if (head.contentLength() >= 0) {
            if (head.contentLength() == 0) {
                return true;
            }
            body.length(head.contentLength());
        } else {
            persistent = false;
            body.untilClose();
        }
        return false;
    }

    private void switchProtocols(Http1Call running) throws BadMessage {
        if (!running.isUpgrade()) {
            throw new BadMessage(502, "status 101 without having been asked for another protocol");
        }
        state = State.RAW;
        persistent = false;
        if (ctx().channel().config() instanceof DuplexChannelConfig config) {
            config.setAllowHalfClosure(true);
        }
        running.events().onHead(new ResponseHead(101, head.headers()), false);
        running.startSending();
    }

    private boolean readBody(Http1Call running) throws BadMessage {
        Http1Body.Found found = body.next(pending());
        switch (found) {
            case NOTHING -> {
                return false;
            }
            case DATA -> running.events().onData(HttpData.wrap(body.takeData()), false);
            case LAST_DATA -> {
                HttpData last = HttpData.wrap(body.takeData());
                ResponseEvents events = running.events();
                done(running);
                events.onData(last, true);
            }
            case END -> {
                ResponseEvents events = running.events();
                done(running);
                events.onData(HttpData.empty(), true);
            }
            case TRAILERS -> {
                ResponseEvents events = running.events();
                done(running);
                events.onTrailers(body.trailers());
            }
        }
        return true;
    }

    private boolean readRaw(Http1Call running) {
        if (!pending().isReadable()) {
            return false;
        }
        running.events().onData(HttpData.wrap(takePending()), false);
        return true;
    }

    /** The response is complete: the connection is free, unless one of the two sides has more to say or wants to end. */
    private void done(Http1Call running) {
        call = null;
        running.finish();
        running.detach();
        int most = pool.target().limits().maxRequestsPerConnection();
        boolean reusable = persistent && requestEnded && !pending().isReadable() && (most == 0 || carried < most);
        if (reusable && ctx().channel().isActive()) {
            state = State.IDLE;
            since = System.nanoTime();
            pool.release(this);
        } else {
            state = State.CLOSED;
            dropPending();
            close();
        }
    }

    @Override
    boolean wantsToRead() {
        Http1Call running = call;
        return running == null || !running.paused() || state == State.HEAD;
    }

    private void failCall(Kind kind, String message) {
        Http1Call failing = call;
        call = null;
        state = State.CLOSED;
        if (failing != null) {
            failing.detach();
            failing.fail(UpstreamFailure.of(kind, message));
        }
    }

    /** The engine has written all that it wants to a raw connection. */
    void endRaw() {
        if (ctx().channel() instanceof DuplexChannel duplex && ctx().pipeline().get(SslHandler.class) == null) {
            output().flushThen(written -> duplex.shutdownOutput());
        } else {
            output().flushThen(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void tick(long now) {
        long idle = pool.target().idleTimeout().toNanos();
        if (state == State.IDLE && idle > 0 && now - since > idle) {
            close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Http1Call running = call;
        if (running != null && isWritable()) {
            running.events().onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            Http1Call running = call;
            if (state == State.RAW && running != null) {
                rawEnded(running);
            } else {
                close();
            }
        }
    }

    private void rawEnded(Http1Call running) {
        ResponseEvents events = running.events();
        if (requestEnded) {
            done(running);
        }
        events.onData(HttpData.empty(), true);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws BadMessage {
        if (state == State.IDLE) {
            pool.forget(this);
        }
        Http1Call running = call;
        if (running != null) {
            ended(running);
        }
        state = State.CLOSED;
        release();
    }

    private void ended(Http1Call running) throws BadMessage {
        if (state == State.BODY && pending().isReadable()) {
            drainRest(running);
        }
        if (call != running) {
            return;
        }
        if ((state == State.BODY && body.endsWithConnection()) || state == State.RAW) {
            ResponseEvents events = running.events();
            call = null;
            state = State.CLOSED;
            running.finish();
            running.detach();
            events.onData(HttpData.empty(), true);
        } else if (!heard && flushes == output().flushes()) {
            failCall(Kind.REFUSED, "the connection ended before the request was sent");
        } else if (!heard) {
            failCall(
                    carried > 1 ? Kind.STALE : Kind.CLOSED, "the connection ended before the first byte of the answer");
        } else {
            failCall(Kind.CLOSED, "the connection ended before the answer did");
        }
    }

    /** What had come before the end still belongs to the call, even if it had asked to wait. */
    private void drainRest(Http1Call running) throws BadMessage {
        while (call == running && readBody(running)) {
            // Until there is no more.
        }
    }
}
