package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** HTTP/1 on both sides. */
abstract class Http1Contract extends TransportContract {

    static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    @Test
    void aRequestAndItsAnswerPassOnAKeptConnection() throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        for (int i = 0; i < 3; i++) {
            String answer = client.send("GET /a//b/../%2F?q=1 HTTP/1.1\r\nHost: shop\r\nX-Test: 1\r\n\r\n")
                    .readResponse();
            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok");
            assertThat(RawBackend.headerNames(answer)).containsExactly("content-length");
        }
        assertThat(backend.connections()).isEqualTo(1);
        assertThat(backend.received.getFirst()).startsWith("GET /a//b/../%2F?q=1 HTTP/1.1\r\n");
        assertThat(RawBackend.headerNames(backend.received.getFirst())).containsExactlyInAnyOrder("host", "x-test");
    }

    @Test
    void bodiesPassWithTheFramingThatTheyCameWith() throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                .readResponse();
        assertThat(backend.received.getLast()).contains("content-length: 5\r\n").endsWith("\r\n\r\nhello");
        client.send(
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n")
                .readResponse();
        assertThat(backend.received.getLast())
                .contains("transfer-encoding: chunked\r\n")
                .endsWith("5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        RawBackend backend = backend(peer -> {
            while (true) {
                String head = peer.readHead();
                if (head.isEmpty()) {
                    return;
                }
                peer.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n" + head.substring(4, 6));
            }
        });
        RawClient client = client(listen(forwardTo(backend)));
        client.send(
                "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readResponse()).endsWith("/1");
        assertThat(client.readResponse()).endsWith("/2");
        assertThat(client.readResponse()).endsWith("/3");
    }

    @Test
    void hopByHopHeadersEndHere() throws Exception {
        RawBackend backend = answering(
                "HTTP/1.1 200 OK\r\nconnection: x-private\r\nx-private: 1\r\nkeep-alive: timeout=5\r\ncontent-length: 2\r\n\r\nok");
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Secret\r\nX-Secret: 1\r\n"
                        + "Keep-Alive: 5\r\nProxy-Connection: x\r\nTE: trailers, deflate\r\nUpgrade: h2c\r\n\r\n")
                .readResponse();
        assertThat(RawBackend.headerNames(backend.received.getFirst())).containsExactlyInAnyOrder("host", "te");
        assertThat(backend.received.getFirst()).contains("te: trailers\r\n");
        assertThat(RawBackend.headerNames(answer)).containsExactly("content-length");
    }

    @Test
    void anyMethodAndTargetPasses() throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        client.send("FROB /a%2Fb/./\u00e4?x=\"|\" HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
        assertThat(backend.received.getFirst()).startsWith("FROB /a%2Fb/./\u00e4?x=\"|\" HTTP/1.1\r\n");
        client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
        assertThat(backend.received.getLast()).startsWith("OPTIONS * HTTP/1.1\r\n");
        client.send("GET http://b:81/x HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
        assertThat(backend.received.getLast()).startsWith("GET /x HTTP/1.1\r\n").contains("host: b:81\r\n");
    }

    @Test
    void aConnectIsRefusedWithoutHarm() throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        assertThat(client.send("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").readResponse())
                .startsWith("HTTP/1.1 405 ");
        assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse())
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void clientsOfHttp10GetWhatTheyUnderstand() throws Exception {
        RawBackend backend = answering("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        int port = listen(forwardTo(backend));
        String answer = client(port).send("GET / HTTP/1.0\r\nHost: a\r\n\r\n").readAll();
        assertThat(answer).doesNotContain("chunked").endsWith("\r\n\r\nok");
        assertThat(backend.received.getFirst()).startsWith("GET / HTTP/1.1\r\n");
    }

    @Test
    void answersDelimitedByTheEndOfTheConnectionPass() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 200 OK\r\n\r\nall of it");
        });
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
        assertThat(answer).contains("transfer-encoding: chunked").endsWith("9\r\nall of it\r\n0\r\n\r\n");
    }

    @Test
    void answersWithoutBodyKeepTheirHeaders() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
            peer.readRequest();
            peer.write("HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n");
            peer.readRequest();
            peer.write("HTTP/1.1 204 No Content\r\n\r\n");
            peer.readRequest();
            peer.write(OK);
        });
        RawClient client = client(listen(forwardTo(backend)));
        assertThat(client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").readHead()).contains("content-length: 5\r\n");
        assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead()).startsWith("HTTP/1.1 304 ");
        assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead())
                .startsWith("HTTP/1.1 204 ")
                .doesNotContain("content-length")
                .doesNotContain("chunked");
        assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse())
                .endsWith("ok");
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void anExpectationIsAnsweredAndBodyFollows() throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
        assertThat(client.send("hello").readResponse()).endsWith("ok");
        assertThat(backend.received.getFirst()).doesNotContain("expect").endsWith("hello");
    }

    @Test
    void earlyHintsPass() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + OK);
        });
        RawClient client = client(listen(forwardTo(backend)));
        assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead())
                .startsWith("HTTP/1.1 103 ")
                .contains("link: </a>");
        assertThat(client.readResponse()).endsWith("ok");
    }

    @Test
    void anAnswerMayComeBeforeTheRequestIsThrough() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno");
        });
        RawClient client = client(listen(forwardTo(backend)));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome");
        assertThat(client.readResponse()).startsWith("HTTP/1.1 403 ").endsWith("no");
    }

    @Test
    void bytesPassBothWaysAfterAnUpgrade() throws Exception {
        RawBackend backend = backend(peer -> {
            String head = peer.readHead();
            assertThat(head.toLowerCase(java.util.Locale.ROOT))
                    .contains("connection: upgrade\r\n")
                    .contains("upgrade: websocket\r\n")
                    .contains("sec-websocket-key: dghlihnhbxbszsbub25jzq==\r\n");
            peer.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                    + "sec-websocket-accept: x\r\n\r\n");
            peer.write("hi" + new String(peer.read(4), java.nio.charset.StandardCharsets.ISO_8859_1));
        });
        RawClient client = client(listen(forwardTo(backend)));
        client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ").contains("sec-websocket-accept: x\r\n");
        assertThat(client.send("ping").read(6)).isEqualTo("hiping");
        assertThat(client.readAll()).isEmpty();
    }

    /** The token is written as RFC 6455 and Envoy do, for peers that compare it letter by letter. */
    @Test
    void aHandshakeGetsNoFieldsThatItLacks() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            peer.write(new String(peer.read(4), java.nio.charset.StandardCharsets.ISO_8859_1) + "pong");
        });
        RawClient client = client(listen(forwardTo(backend)));
        client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ").contains("connection: Upgrade\r\n");
        assertThat(client.send("ping").read(8)).isEqualTo("pingpong");
        assertThat(backend.received.getFirst())
                .contains("connection: Upgrade\r\n")
                .doesNotContainIgnoringCase("sec-websocket");
    }

    @Test
    void aRefusedUpgradeIsAnOrdinaryAnswer() throws Exception {
        RawBackend backend = answering("HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno");
        RawClient client = client(listen(forwardTo(backend)));
        for (int i = 0; i < 2; i++) {
            client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(client.readResponse()).startsWith("HTTP/1.1 401 ").endsWith("no");
        }
    }
}
