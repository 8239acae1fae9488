package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.message.UpstreamFailure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * HTTP/2 on both sides: raw HTTP/1 goes in, passes from a first listener to a second one by HTTP/2, and comes out as raw HTTP/1, so that
 * both ends of an HTTP/2 connection are at work in each test.
 */
abstract class Http2Contract extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @SuppressWarnings("NullAway.Init")
    private EchoEngine second;

    private int port;

    /** Opens two listeners in a row before the backend. */
    private int chain(RawBackend backend) {
        second = new EchoEngine(transport().upstream(), target(backend.port(), false));
        ListenerSocket back = new ListenerSocket("127.0.0.1", 0, List.of(), ListenerSettingsIr.DEFAULT, second);
        assertThat(transport().listen(List.of(back))).isEmpty();
        EchoEngine first =
                new EchoEngine(transport().upstream(), target(transport().boundPort(back.bindKey()), true));
        ListenerSocket front = new ListenerSocket("localhost", 0, List.of(), ListenerSettingsIr.DEFAULT, first);
        assertThat(transport().listen(List.of(back, front))).isEmpty();
        port = transport().boundPort(front.bindKey());
        return port;
    }

    /** The value of a setting (RFC 9113, section 6.5.1) in the first frame that a server sends; empty if it is not there. */
    private static OptionalInt setting(RawClient client, int id) throws Exception {
        client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0");
        String head = client.read(9);
        assertThat((int) head.charAt(3)).as("type of the first frame").isEqualTo(4);
        String payload = client.read(head.charAt(1) << 8 | head.charAt(2));
        for (int i = 0; i < payload.length(); i += 6) {
            if ((payload.charAt(i) << 8 | payload.charAt(i + 1)) == id) {
                return OptionalInt.of(payload.charAt(i + 2) << 24
                        | payload.charAt(i + 3) << 16
                        | payload.charAt(i + 4) << 8
                        | payload.charAt(i + 5));
            }
        }
        return OptionalInt.empty();
    }

    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource({"0, 262144", "65536, 65536", "1048576, 1048576"})
    void aListenerBoundsWhatAStreamMayHold(int window, int seen) throws Exception {
        ListenerSettingsIr usual = ListenerSettingsIr.DEFAULT;
        ListenerSettingsIr settings = new ListenerSettingsIr(
                usual.trustedHops(),
                usual.proxyProtocol(),
                usual.maxHeaderBytes(),
                usual.maxStreams(),
                usual.idleTimeout(),
                usual.headerTimeout(),
                usual.forwarding(),
                new ListenerSettingsIr.HttpIr(window, true, true));
        int listening = listen(forwardTo(answering(Http1Contract.OK)), settings);
        assertThat(setting(client(listening), 4)).hasValue(seen);
    }

    @Test
    void manyRequestsShareAConnection() throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        chain(backend);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(client(port).send(GET));
        }
        for (RawClient each : clients) {
            assertThat(each.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
        assertThat(second.connections)
                .extracting(ConnectionFacts::id)
                .containsOnly(second.connections.getFirst().id());
        assertThat(second.connections.getFirst().protocol()).isEqualTo(ConnectionFacts.Http.HTTP_2);
    }

    @Test
    void headersBodiesAndTrailersPass() throws Exception {
        RawBackend backend = backend(peer -> {
            while (peer.readRequest()) {
                peer.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-a: 1\r\nx-a: 2\r\n\r\n"
                        + "5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n");
            }
        });
        chain(backend);
        String answer = client(port)
                .send(
                        "POST /x?y HTTP/1.1\r\nHost: shop:81\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nCookie: a=1\r\n"
                                + "\r\n3\r\nabc\r\n0\r\nx-req: 9\r\n\r\n")
                .readResponse();
        assertThat(answer)
                .contains("x-a: 1\r\nx-a: 2\r\n")
                .contains("5\r\nhello\r\n")
                .endsWith("0\r\nx-sum: 7\r\n\r\n");
        assertThat(backend.received.getFirst())
                .startsWith("POST /x?y HTTP/1.1\r\n")
                .contains("host: shop:81\r\n")
                .contains("te: trailers\r\n")
                .contains("cookie: a=1\r\n")
                .endsWith("3\r\nabc\r\n0\r\nx-req: 9\r\n\r\n");
    }

    @Test
    void largeBodiesPassThroughTheWindows() throws Exception {
        int size = 8 * 1024 * 1024;
        RawBackend backend = backend(peer -> {
            String head = peer.readHead();
            assertThat(head).contains("content-length: " + size);
            byte[] body = peer.read(size);
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n");
            peer.write(body);
        });
        chain(backend);
        RawClient client = client(port);
        String body = "0123456789abcdef".repeat(size / 16);
        Thread.ofVirtual().start(() -> {
            try {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n" + body);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 200 ");
        assertThat(client.read(size).equals(body)).isTrue();
    }

    @Test
    void answersWithoutBodyPass() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
            peer.readRequest();
            peer.write("HTTP/1.1 204 No Content\r\n\r\n");
            peer.readRequest();
            peer.write(Http1Contract.OK);
        });
        chain(backend);
        RawClient client = client(port);
        assertThat(client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").readHead()).contains("content-length: 5\r\n");
        assertThat(client.send(GET).readHead()).startsWith("HTTP/1.1 204 ");
        assertThat(client.send(GET).readResponse()).endsWith("ok");
    }

    @Test
    void earlyHintsPass() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + Http1Contract.OK);
        });
        chain(backend);
        RawClient client = client(port).send(GET);
        assertThat(client.readHead()).startsWith("HTTP/1.1 103 ");
        assertThat(client.readResponse()).endsWith("ok");
    }

    @Test
    void anUpgradeBecomesAnExtendedConnectAndBack() throws Exception {
        RawBackend backend = backend(peer -> {
            String head = peer.readHead().toLowerCase(Locale.ROOT);
            assertThat(head)
                    .startsWith("get /ws http/1.1\r\n")
                    .contains("upgrade: websocket\r\n")
                    .contains("sec-websocket-key: ");
            peer.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                    + "sec-websocket-accept: theirs\r\n\r\n");
            peer.write("hi" + new String(peer.read(4), StandardCharsets.ISO_8859_1));
        });
        chain(backend);
        RawClient client = client(port);
        client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(client.readHead())
                .startsWith("HTTP/1.1 101 ")
                .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
        assertThat(client.send("ping").read(6)).isEqualTo("hiping");
        assertThat(client.readAll()).isEmpty();
        assertThat(second.heads.getFirst()).endsWith("upgrade=websocket");
    }

    @Test
    void aClientThatGoesAwayResetsTheStream() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.readHead();
        });
        chain(backend);
        RawClient client = client(port).send(GET);
        eventually(() -> backend.received.size() == 1);
        client.close();
        eventually(() -> second.resets.size() == 1);
        eventually(() -> backend.open() == 0);
    }

    @Test
    void aCutAnswerResetsTheStream() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhello");
        });
        chain(backend);
        client(port).send(GET).readAll();
        eventually(() -> second.failures.size() == 1);
        assertThat(second.failures.getFirst().kind()).isEqualTo(Kind.CLOSED);
    }

    @Test
    void drainingEndsConnectionsByGoaway() throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        chain(backend);
        assertThat(client(port).send(GET).readResponse()).endsWith("ok");
        transport()
                .drain(java.time.Duration.ofSeconds(8))
                .toCompletableFuture()
                .get(5, java.util.concurrent.TimeUnit.SECONDS);
        assertThat(transport().connections()).isZero();
    }
}
