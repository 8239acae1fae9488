package dev.waypoint.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.TlsKeyPair;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The last answer and the end of TLS, on a connection without a socket. */
class LastFlightTest {

    /** A channel that counts what would be writes to a socket. */
    private static final class Wire extends EmbeddedChannel {
        private int writes;

        Wire(ChannelHandler... handlers) {
            super(handlers);
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer pending) throws Exception {
            if (!pending.isEmpty()) {
                writes++;
            }
            super.doWrite(pending);
        }
    }

    /** What the client reads, and whether TLS ended in order. */
    private static final class Reader extends ChannelInboundHandlerAdapter {
        private final StringBuilder text = new StringBuilder();
        private boolean ended;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            text.append(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            ended |= event == SslCloseCompletionEvent.SUCCESS;
        }
    }

    private final Reader reader = new Reader();
    private Wire server = new Wire();
    private Wire client = new Wire(new ChannelInboundHandlerAdapter());
    private Http1Output output = output(client);

    private static Http1Output output(Wire wire) {
        return new Http1Output(new LoopState(wire.eventLoop()), wire.pipeline().lastContext());
    }

    @BeforeEach
    void shakeHands() throws Exception {
        TlsKeyPair pair = TlsKeyPair.ofSelfSigned("a.example");
        SslHandler serving = SslContextBuilder.forServer(pair.privateKey(), pair.certificateChain())
                .build()
                .newHandler(server.alloc());
        SslHandler asking = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .build()
                .newHandler(client.alloc());
        server = new Wire(serving, new ChannelInboundHandlerAdapter());
        client = new Wire(asking, reader);
        for (int i = 0; i < 4; i++) {
            carry(client, server);
            carry(server, client);
        }
        assertThat(asking.handshakeFuture().isSuccess()).isTrue();
        assertThat(serving.handshakeFuture().isSuccess()).isTrue();
        output = output(server);
    }

    @AfterEach
    void end() {
        server.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    private static void carry(Wire from, Wire to) {
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
        }
    }

    @Test
    void theAnswerAndTheEndOfTlsAreOneWrite() {
        output.buffer().writeBytes("the answer".getBytes(StandardCharsets.US_ASCII));
        int before = server.writes;
        LastFlight.send(output, server.pipeline());
        assertThat(server.writes - before).isEqualTo(1);
        assertThat(server.isOpen()).isFalse();
        carry(server, client);
        assertThat(reader.text).hasToString("the answer");
        assertThat(reader.ended).as("ended by close_notify").isTrue();
    }

    @Test
    void whatCannotLeaveAnyMoreIsGivenBack() {
        ByteBuf bytes = output.buffer().writeByte('x');
        server.close();
        LastFlight.send(output, server.pipeline());
        assertThat(bytes.refCnt()).isZero();
    }
}
