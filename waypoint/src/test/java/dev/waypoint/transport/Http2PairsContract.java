package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.message.ResetCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 with clients and backends. */
abstract class Http2PairsContract extends TransportContract {

    private static final String[] POST = {
        ":method", "POST", ":scheme", "http", ":authority", "shop.example", ":path", "/echo", "te", "trailers"
    };

    /** What the backend saw of each head. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private H2Client h2(int port) throws Exception {
        return closing(new H2Client(port));
    }

    /** A backend that sends back what it gets, with the request's trailers as its own. */
    private int echo() {
        Server server = Server.builder()
                .http(0)
                .disableServerHeader()
                .disableDateHeader()
                .serviceUnder("/", (ctx, request) -> {
                    seen.add(request.headers().toString());
                    if (request.path().startsWith("/never")) {
                        return HttpResponse.streaming();
                    }
                    HttpResponseWriter writer = HttpResponse.streaming();
                    writer.write(ResponseHeaders.of(200));
                    request.aggregate().thenAccept(all -> {
                        writer.write(all.content());
                        writer.write(all.trailers().isEmpty() ? HttpHeaders.of("x-none", "1") : all.trailers());
                        writer.close();
                    });
                    return writer;
                })
                .build();
        server.start().join();
        closing(server::stop);
        return server.activeLocalPort();
    }

    private EchoEngine forwardToEcho() {
        return new EchoEngine(transport().upstream(), target(echo(), true));
    }

    @Test
    void bodiesAndTrailersPassBothWays() throws Exception {
        EchoEngine engine = forwardToEcho();
        H2Client client = h2(listen(engine));
        var stream = client.open(false, POST);
        assertThat(client.next()).startsWith("headers :status=200");
        client.data(stream, "hello", false);
        client.trailers(stream, "x-sum", "1");
        assertThat(client.next()).isEqualTo("data hello");
        assertThat(client.next()).isEqualTo("headers x-sum=1 end");
        assertThat(engine.connections.getFirst().protocol()).isEqualTo(Http.HTTP_2);
        assertThat(seen.getFirst())
                .contains(":authority=shop.example", "te=trailers")
                .doesNotContain("user-agent")
                .doesNotContain("host=");
    }

    @Test
    void http2ToHttp1AndBack() throws Exception {
        RawBackend backend =
                answering("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n");
        H2Client client = h2(listen(forwardTo(backend)));
        client.get("/a//b/../%2F?q");
        assertThat(client.next()).isEqualTo("headers :status=200");
        assertThat(client.next()).isEqualTo("data ok");
        assertThat(client.next()).isEqualTo("headers x-t=1 end");
        assertThat(backend.received.getFirst()).isEqualTo("GET /a//b/../%2F?q HTTP/1.1\r\nhost: shop.example\r\n\r\n");
    }

    @Test
    void http1ToHttp2HasAnAuthorityAndNoHost() throws Exception {
        RawClient client = client(listen(forwardToEcho()));
        String answer = client.send("POST /x HTTP/1.1\r\nHost: shop.example:81\r\nContent-Length: 2\r\n\r\nhi")
                .readResponse();
        assertThat(answer).contains("2\r\nhi\r\n");
        assertThat(seen.getFirst()).contains(":authority=shop.example:81").doesNotContain("host=");
    }

    @Test
    void aStrangeMethodPasses() throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        H2Client client = h2(listen(forwardTo(backend)));
        client.open(true, ":method", "PURGE", ":scheme", "http", ":authority", "a", ":path", "/x");
        assertThat(client.next()).startsWith("headers :status=200");
        assertThat(backend.received.getFirst()).startsWith("PURGE /x HTTP/1.1\r\n");
    }

    @Test
    void brokenRequestsAreRefusedAndTheConnectionLives() throws Exception {
        EchoEngine engine = forwardToEcho();
        H2Client client = h2(listen(engine));
        client.open(true, ":method", "CONNECT", ":authority", "a:443");
        assertThat(client.next()).startsWith("headers :status=405");
        client.open(true, ":method", "GET", ":scheme", "http", ":authority", "a");
        assertThat(client.next()).isEqualTo("reset " + ResetCode.PROTOCOL_ERROR.code());
        client.open(true, ":scheme", "http", ":authority", "a", ":path", "/");
        assertThat(client.next()).isEqualTo("reset " + ResetCode.PROTOCOL_ERROR.code());
        client.open(true, ":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/", "host", "b");
        assertThat(client.next()).startsWith("headers :status=400");
        assertThat(engine.heads).isEmpty();
        client.get("/");
        assertThat(client.next()).startsWith("headers :status=200");
    }

    @Test
    void resetsKeepTheirCode() throws Exception {
        EchoEngine engine = forwardToEcho();
        H2Client client = h2(listen(engine));
        var stream = client.get("/never");
        StreamsContract.until(() -> !seen.isEmpty());
        client.reset(stream, ResetCode.ENHANCE_YOUR_CALM.code());
        StreamsContract.until(() -> !engine.resets.isEmpty());
        assertThat(engine.resets).containsExactly(ResetCode.ENHANCE_YOUR_CALM);
        client.get("/");
        assertThat(client.next()).startsWith("headers :status=200");
    }

    @Test
    void aResetInTheMiddleOfABodyEndsNoOtherStream() throws Exception {
        EchoEngine engine = forwardToEcho();
        H2Client client = h2(listen(engine));
        var other = client.open(false, POST);
        assertThat(client.next()).startsWith("headers :status=200");
        var stream = client.open(false, ":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/never");
        StreamsContract.until(() -> seen.size() == 2);
        client.reset(stream, ResetCode.CANCEL.code());
        StreamsContract.until(() -> !engine.resets.isEmpty());
        client.data(other, "still here", true);
        assertThat(client.next()).startsWith("data still here");
    }

    @ParameterizedTest
    @ValueSource(strings = {":method", ":scheme", ":authority", ":path"})
    void aPseudoHeaderThatIsThereTwiceIsRefused(String twice) throws Exception {
        EchoEngine engine = forwardToEcho();
        H2Client client = h2(listen(engine));
        String value = Map.of(":method", "GET", ":scheme", "http", ":authority", "b", ":path", "/b")
                .getOrDefault(twice, "");
        client.open(true, ":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/", twice, value);
        assertThat(client.next()).isEqualTo("reset " + ResetCode.PROTOCOL_ERROR.code());
        assertThat(engine.heads).isEmpty();
    }

    @Test
    void extendedConnectIsAnUpgrade() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                    + "sec-websocket-accept: abc\r\n\r\n");
            peer.write(peer.read(5));
        });
        EchoEngine engine = forwardTo(backend);
        H2Client client = h2(listen(engine));
        var stream = client.open(
                false,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":authority",
                "a",
                ":path",
                "/chat",
                "sec-websocket-version",
                "13");
        assertThat(client.next()).startsWith("headers :status=200").doesNotContain("sec-websocket-accept");
        client.data(stream, "hello", false);
        assertThat(client.next()).startsWith("data hello");
        assertThat(engine.heads.getFirst()).startsWith("GET ").endsWith("upgrade=websocket");
        assertThat(backend.received.getFirst())
                .startsWith("GET /chat HTTP/1.1\r\n")
                .contains("upgrade: websocket\r\n")
                .contains("sec-websocket-key: ");
    }

    @Test
    void aStalledStreamDoesNotStopOthers() throws Exception {
        Server server = Server.builder()
                .http(0)
                .service("/big", (ctx, request) -> {
                    HttpResponseWriter writer = HttpResponse.streaming();
                    writer.write(ResponseHeaders.builder(200)
                            .setLong(HttpHeaderNames.CONTENT_LENGTH, 8 << 20)
                            .build());
                    for (int i = 0; i < 128; i++) {
                        writer.write(HttpData.wrap(new byte[64 * 1024]));
                    }
                    writer.close();
                    return writer;
                })
                .service("/small", (ctx, request) -> HttpResponse.of("small"))
                .build();
        server.start().join();
        closing(server::stop);
        int port = listen(new EchoEngine(transport().upstream(), target(server.activeLocalPort(), true)));
        RawClient stalled = client(port);
        stalled.socket.setReceiveBufferSize(8192);
        stalled.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
        Thread.sleep(200);
        for (int i = 0; i < 3; i++) {
            assertThat(client(port)
                            .send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n")
                            .readResponse())
                    .endsWith("small");
        }
    }

    /** A client that gives no window back stops the backend, whatever that speaks; and another stream of its connection does not wait. */
    @Test
    void aSlowClientStopsTheBackend() throws Exception {
        int size = 64 << 20;
        for (boolean http2 : new boolean[] {false, true}) {
            AtomicLong written = new AtomicLong();
            EchoEngine engine = http2
                    ? new EchoEngine(transport().upstream(), target(large(size, written), true))
                    : forwardTo(backend(peer -> {
                        peer.readRequest();
                        peer.write("HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n");
                        byte[] piece = new byte[64 * 1024];
                        for (int i = 0; i < size / piece.length; i++) {
                            peer.write(piece);
                            written.addAndGet(piece.length);
                        }
                    }));
            H2Client client = h2(listen(engine));
            client.reading(false);
            client.get("/large");
            assertThat(client.next()).startsWith("headers :status=200");
            long before;
            do {
                before = written.get();
                Thread.sleep(300);
            } while (written.get() != before);
            assertThat(before).as("http2 " + http2).isBetween(1L, size / 2L);
            assertThat(client.received()).isEqualTo(65_535);
            client.reading(true);
            eventually(() -> client.received() == size);
            assertThat(written).hasValue(size);
        }
    }

    /** A backend that writes as fast as it may. */
    private int large(int size, AtomicLong written) {
        Server server = Server.builder()
                .http(0)
                .requestTimeoutMillis(0)
                .service("/large", (ctx, request) -> {
                    HttpResponseWriter writer = HttpResponse.streaming();
                    writer.write(ResponseHeaders.of(200));
                    Thread.ofVirtual().start(() -> {
                        for (int i = 0; i < size >> 16; i++) {
                            writer.write(HttpData.wrap(new byte[1 << 16]));
                            writer.whenConsumed().join();
                            written.addAndGet(1 << 16);
                        }
                        writer.close();
                    });
                    return writer;
                })
                .build();
        server.start().join();
        closing(server::stop);
        return server.activeLocalPort();
    }

    @Test
    void drainSendsGoAwayAndFinishesStreams() throws Exception {
        EchoEngine engine = forwardToEcho();
        H2Client client = h2(listen(engine));
        var stream = client.open(false, POST);
        assertThat(client.next()).startsWith("headers :status=200");
        var drained = transport().drain(Duration.ofSeconds(5)).toCompletableFuture();
        assertThat(client.next()).isEqualTo("goaway 0");
        Thread.sleep(300);
        client.data(stream, "late", true);
        String frame = client.next();
        if (frame.startsWith("goaway")) {
            frame = client.next();
        }
        assertThat(frame).startsWith("data late");
        drained.get(3, java.util.concurrent.TimeUnit.SECONDS);
    }
}
