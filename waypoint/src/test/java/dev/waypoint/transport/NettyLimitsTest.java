package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.transport.netty.NettyTransport;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Limits on what peers may send, each reached. */
final class NettyLimitsTest extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int REFUSED_STREAM = 7;

    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }

    private static void frame(ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
        out.write(payload.length >> 16);
        out.write(payload.length >> 8);
        out.write(payload.length);
        out.write(type);
        out.write(flags);
        out.write(stream >> 24);
        out.write(stream >> 16);
        out.write(stream >> 8);
        out.write(stream);
        out.writeBytes(payload);
    }

    /** A connection that has greeted. */
    private Socket h2(int port) throws IOException {
        Socket socket = closing(new Socket("127.0.0.1", port));
        socket.setSoTimeout(5000);
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        hello.writeBytes(PREFACE);
        frame(hello, SETTINGS, 0, 0, new byte[0]);
        socket.getOutputStream().write(hello.toByteArray());
        return socket;
    }

    /** {@code GET http://a/}, by HPACK's static table. */
    private static byte[] get() {
        return new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'};
    }

    @Test
    void moreStreamsThanAllowedAreRefused() throws Exception {
        RawBackend silent =
                backend(peer -> peer.socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream()));
        ListenerSettingsIr usual = ListenerSettingsIr.DEFAULT;
        ListenerSettingsIr two = new ListenerSettingsIr(
                0, false, usual.maxHeaderBytes(), 2, usual.idleTimeout(), usual.headerTimeout(), usual.forwarding());
        EchoEngine engine = forwardTo(silent);
        Socket socket = h2(listen(engine, two));
        ByteArrayOutputStream heads = new ByteArrayOutputStream();
        for (int stream = 1; stream <= 5; stream += 2) {
            frame(heads, HEADERS, 5, stream, get());
        }
        socket.getOutputStream().write(heads.toByteArray());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == RESET) {
                assertThat(stream).isEqualTo(5);
                assertThat(payload[3]).isEqualTo((byte) REFUSED_STREAM);
                break;
            }
        }
        assertThat(engine.heads).hasSize(2);
    }

    @Test
    void headsOfHttp2AreBounded() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        H2Client client = closing(new H2Client(listen(engine)));
        String[] head = {":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/", "x-large", ""};
        head[9] = "a".repeat(60_000);
        client.open(true, head);
        assertThat(client.next()).startsWith("headers :status=200");
        head[9] = "a".repeat(70_000);
        client.open(true, head);
        String answer = client.next();
        while (answer.startsWith("data")) {
            answer = client.next();
        }
        assertThat(answer).matches("reset .*|goaway .*|headers :status=431.*");
        assertThat(engine.heads).hasSize(1);
    }

    @Test
    void fieldsOfHeadsAreCounted() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        int port = listen(engine);
        String many = "x: 1\r\n".repeat(400);
        assertThat(client(port)
                        .send("GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n")
                        .readResponse())
                .startsWith("HTTP/1.1 200 ");
        assertThat(client(port)
                        .send("GET / HTTP/1.1\r\nHost: a\r\n" + many + many + "\r\n")
                        .readAll())
                .startsWith("HTTP/1.1 431 ");
        assertThat(engine.heads).hasSize(1);
    }

    @Test
    void headsOfAnswersAreBounded() throws Exception {
        EchoEngine engine = forwardTo(
                answering("HTTP/1.1 200 OK\r\nx-large: " + "a".repeat(300_000) + "\r\ncontent-length: 2\r\n\r\nok"));
        assertThat(client(listen(engine)).send(GET).readResponse()).startsWith("HTTP/1.1 502 ");
        assertThat(engine.failures.getFirst().kind()).isEqualTo(Kind.PROTOCOL);
    }

    @Test
    void chunkLinesAndTrailersAreBounded() throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        EchoEngine engine = forwardTo(backend);
        int port = listen(engine);
        String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertThat(client(port).send(head + "1;x=" + "a".repeat(8000) + "\r\n").readAll())
                .doesNotContain(" 200 ");
        assertThat(client(port)
                        .send(head + "0\r\nx-large: " + "a".repeat(70_000) + "\r\n\r\n")
                        .readAll())
                .doesNotContain(" 200 ");
    }

    @Test
    void aClientThatDoesNotReadTheAnswersToItsPingsIsCutOff() throws Exception {
        Socket socket = h2(listen(forwardTo(answering(Http1Contract.OK))));
        ByteArrayOutputStream pings = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            frame(pings, PING, 0, 0, new byte[8]);
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        boolean cut = false;
        while (!cut && System.nanoTime() < deadline) {
            try {
                socket.getOutputStream().write(pings.toByteArray());
            } catch (SocketException ended) {
                cut = true;
            }
        }
        assertThat(cut).isTrue();
    }
}
