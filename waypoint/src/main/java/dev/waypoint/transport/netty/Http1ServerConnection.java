package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.message.ResetCode;
import dev.waypoint.transport.netty.codec.BadMessage;
import dev.waypoint.transport.netty.codec.Http1Body;
import dev.waypoint.transport.netty.codec.Http1Head;
import dev.waypoint.transport.netty.codec.RequestTarget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.DuplexChannelConfig;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1 connection of a client. Requests are taken off it one at a time: one that was pipelined waits in the buffer, and in the
 * socket's, until the answer to the one before has been written.
 */
final class Http1ServerConnection extends Http1Connection implements DownstreamConnection {

    private static final int PIPELINED_BYTES = 16 * 1024;
    private static final long DRAIN_BYTES = 256 * 1024;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private enum State {
        HEAD,
        BODY,
        /** The client asked for another protocol, and the answer is not known yet. */
        UPGRADE_ASKED,
        /** Another protocol is spoken. */
        RAW,
        /** The rest of a request is read and dropped, its answer having been given. */
        DROPPING,
        /** All is written; what still comes is dropped until the client closes. */
        LINGERING
    }

    private final DownstreamLink link;
    private final ConnectionFacts facts;
    private final Http1Head head = new Http1Head();
    private final Http1Body body;

    private State state = State.HEAD;
    private @Nullable Http1Exchange exchange;
    private boolean draining;
    private boolean partial;
    private long since = System.nanoTime();
    private long dropped;

    Http1ServerConnection(DownstreamLink link) {
        super(link.loop());
        this.link = link;
        this.facts = link.facts(ConnectionFacts.Http.HTTP_1_1);
        this.body = new Http1Body(link.loop().headParser());
        this.draining = link.listener().leaving();
    }

    boolean draining() {
        return draining;
    }

    @Override
    boolean step() throws BadMessage {
        Http1Exchange running = exchange;
        return switch (state) {
            case HEAD -> running == null && readHead();
            case BODY -> running != null && !running.paused() && readBody(running);
            case UPGRADE_ASKED -> false;
            case RAW -> running != null && !running.paused() && readRaw(running);
            case DROPPING -> drop();
            case LINGERING -> {
                dropPending();
                yield false;
            }
        };
    }

    private boolean readHead() throws BadMessage {
        if (!pending().isReadable()) {
            return false;
        }
        if (!link.loop()
                .headParser()
                .request(pending(), link.listener().settings().maxHeaderBytes(), head)) {
            if (!partial) {
                partial = true;
                since = System.nanoTime();
            }
            return false;
        }
        partial = false;
        begin();
        return true;
    }

    private void begin() throws BadMessage {
        RequestTarget target = RequestTarget.of(head);
        boolean hasBody = head.chunked() || head.contentLength() > 0;
        if (head.method().equals("CONNECT")) {
            if (hasBody) {
                throw new BadMessage(400, "a CONNECT with a body");
            }
            Http1Exchange.answer(output(), link.loop().headWriter(), 405, !head.persistent() || draining);
            if (!head.persistent() || draining) {
                linger();
            }
            return;
        }
        if (head.expectOther()) {
            throw new BadMessage(417, "an expectation other than 100-continue");
        }
        String upgrade = hasBody || head.http10() || head.upgrade().equalsIgnoreCase("h2c") ? "" : head.upgrade();
        RequestHead request =
                new RequestHead(head.method(), link.scheme(), target.authority(), target.path(), head.headers());
        request.upgrade(upgrade);
        frame(hasBody, !upgrade.isEmpty());
        boolean end = state == State.HEAD;
        Http1Exchange started =
                new Http1Exchange(this, head, upgrade, head.headers().get("sec-websocket-key"), end);
        exchange = started;
        ConnectionFacts seen = head.http10() ? link.facts(ConnectionFacts.Http.HTTP_1_0) : facts;
        boolean asks = head.expectContinue() && state == State.BODY;
        started.start(link.listener().receiver().onRequest(seen, link.loop().eventLoop(), request, end, started), asks);
    }

    private void frame(boolean hasBody, boolean upgrade) {
        if (head.chunked()) {
            body.chunked();
        } else if (hasBody) {
            body.length(head.contentLength());
        }
        state = hasBody ? State.BODY : upgrade ? State.UPGRADE_ASKED : State.HEAD;
    }

    private boolean readBody(Http1Exchange running) throws BadMessage {
        return switch (body.next(pending())) {
            case NOTHING -> false;
            case DATA -> {
                running.events().onData(HttpData.wrap(body.takeData()), false);
                yield true;
            }
            case LAST_DATA -> {
                state = State.HEAD;
                running.requestEnded();
                running.events().onData(HttpData.wrap(body.takeData()), true);
                yield true;
            }
            case END -> {
                state = State.HEAD;
                running.requestEnded();
                running.events().onData(HttpData.empty(), true);
                yield true;
            }
            case TRAILERS -> {
                state = State.HEAD;
                running.requestEnded();
                running.events().onTrailers(body.trailers());
                yield true;
            }
        };
    }

    private boolean readRaw(Http1Exchange running) {
        if (!pending().isReadable()) {
            return false;
        }
        running.events().onData(HttpData.wrap(takePending()), false);
        return true;
    }

    private boolean drop() throws BadMessage {
        Http1Body.Found found = body.next(pending());
        switch (found) {
            case NOTHING -> {
                return false;
            }
            case DATA, LAST_DATA -> {
                ByteBuf data = body.takeData();
                dropped += data.readableBytes();
                data.release();
            }
            case END, TRAILERS -> {}
        }
        if (found != Http1Body.Found.DATA) {
            ready();
        } else if (dropped > DRAIN_BYTES) {
            linger();
        }
        return true;
    }

    /** The next request may come. */
    private void ready() {
        state = State.HEAD;
        since = System.nanoTime();
        if (draining) {
            linger();
        }
    }

    /**
     * The answer has been written.
     *
     * @param close whether the connection must not be used again
     */
    void answered(Http1Exchange done, boolean close) {
        if (exchange != done) {
            return;
        }
        exchange = null;
        if (state == State.RAW || close) {
            linger();
        } else if (state == State.BODY) {
            state = State.DROPPING;
            dropped = 0;
            since = System.nanoTime();
        } else {
            ready();
        }
        process();
    }

    /** The client's wish for another protocol was refused: the connection goes on as before. */
    void upgradeRefused() {
        if (state == State.UPGRADE_ASKED) {
            state = State.HEAD;
        }
    }

    /** Bytes go both ways from now on. */
    void upgraded() {
        state = State.RAW;
        if (ctx().channel().config() instanceof DuplexChannelConfig config) {
            config.setAllowHalfClosure(true);
        }
        process();
    }

    /** Ends the sending side of a raw exchange. */
    void endRaw() {
        endOutput();
    }

    @Override
    boolean wantsToRead() {
        Http1Exchange running = exchange;
        return switch (state) {
            case HEAD -> running == null || pending().readableBytes() < PIPELINED_BYTES;
            case BODY, RAW -> running == null || !running.paused();
            case UPGRADE_ASKED -> pending().readableBytes() < PIPELINED_BYTES;
            case DROPPING, LINGERING -> true;
        };
    }

    @Override
    void broken(BadMessage problem) {
        Http1Exchange running = exchange;
        exchange = null;
        if (running != null) {
            running.broken();
        }
        if (!problem.isForeign() && (running == null || !running.headWritten())) {
            Http1Exchange.answer(output(), link.loop().headWriter(), problem.status(), true);
        }
        link.listener().refused(problem);
        linger();
        dropPending();
    }

    /**
     * Closes, but not before the client has had the chance to read the answer: closing a socket with unread bytes resets it, and the
     * answer may be lost with it.
     */
    private void linger() {
        if (state == State.LINGERING) {
            return;
        }
        state = State.LINGERING;
        since = Long.MAX_VALUE;
        endOutput();
    }

    private void endOutput() {
        if (ctx().channel() instanceof DuplexChannel duplex && link.tls().isEmpty()) {
            output().flushThen(written -> {
                since = System.nanoTime();
                duplex.shutdownOutput();
            });
        } else {
            LastFlight.send(output(), ctx().pipeline());
        }
    }

    @Override
    public void tick(long now) {
        if (exchange != null || since == Long.MAX_VALUE) {
            return;
        }
        long age = now - since;
        switch (state) {
            case HEAD -> {
                if (partial && age > link.listener().settings().headerTimeout().toNanos()) {
                    broken(new BadMessage(408, "the head did not come in time"));
                } else if (!partial
                        && age > link.listener().settings().idleTimeout().toNanos()) {
                    ctx().close();
                }
            }
            case DROPPING, LINGERING -> {
                if (age > LINGER_NANOS) {
                    ctx().close();
                }
            }
            case BODY, UPGRADE_ASKED, RAW -> {}
        }
    }

    @Override
    public void leave() {
        draining = true;
    }

    @Override
    public void drain() {
        leave();
        if (exchange == null && state == State.HEAD) {
            linger();
        }
    }

    @Override
    public void abort() {
        ctx().close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Http1Exchange running = exchange;
        if (running != null && isWritable()) {
            running.events().onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            Http1Exchange running = exchange;
            if (state == State.RAW && running != null) {
                running.rawInputEnded();
            } else {
                context.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Http1Exchange running = exchange;
        exchange = null;
        state = State.LINGERING;
        if (running != null) {
            running.gone(ResetCode.CANCEL);
        }
        release();
    }

    /** Closes without an orderly end, so that a cut message does not look whole. */
    void cut() {
        exchange = null;
        state = State.LINGERING;
        output().flushNow();
        if (ctx().channel().config() instanceof SocketChannelConfig config
                && link.tls().isEmpty()) {
            config.setSoLinger(0);
        }
        ctx().close();
    }
}
