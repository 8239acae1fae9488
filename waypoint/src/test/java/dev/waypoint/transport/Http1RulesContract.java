package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What of HTTP/1 is refused, what passes although it is unusual, and what becomes of each. */
abstract class Http1RulesContract extends TransportContract {

    private static final String OK = Http1Contract.OK;

    static Stream<Arguments> refused() {
        return Stream.of(
                row(
                        "content-length and transfer-encoding",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"),
                row(
                        "two different content-lengths",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n" + "Content-Length: 2\r\n\r\nab"),
                row("signed content-length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc"),
                row("content-length of words", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3x\r\n\r\nabc"),
                row(
                        "blank before the colon",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
                row("coding not known", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                row("two codings", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                row(
                        "coding twice",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                                + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
                row("coding in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                row("no host", "GET / HTTP/1.1\r\nX: y\r\n\r\n"),
                row("host with blanks", "GET / HTTP/1.1\r\nHost: a b/c\r\n\r\n"),
                row("host with user", "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"),
                row("version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
                row("version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
                row("asterisk with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
                row("fragment in the target", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
                row("target without slash", "GET index.html HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsAmbiguousIsRefusedAndNeverReachesTheBackend(String name, String request) throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send(request).readAll();
        assertThat(answer).startsWith("HTTP/1.1 ");
        assertThat(Integer.parseInt(answer.substring(9, 12))).isBetween(400, 599);
        assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
        assertThat(backend.received).isEmpty();
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                row("dots", "GET /a/../b/./c HTTP/1.1"),
                row("encoded dots", "GET /a/%2e%2e/b HTTP/1.1"),
                row("two slashes", "GET //evil.example/x HTTP/1.1"),
                row("matrix parameters", "GET /a;x=1/b;y HTTP/1.1"),
                row("incomplete escape", "GET /100% HTTP/1.1"),
                row("characters that are not quite legal", "GET /a|b^{}`\"<> HTTP/1.1"),
                row("dots in the query", "GET /q?a=../../etc&b=%20+z HTTP/1.1"),
                row("a method that few know", "PROPFIND /dav HTTP/1.1"),
                row("a method of our own", "MY-METHOD /x HTTP/1.1"),
                row("a method in small letters", "get /x HTTP/1.1"),
                row("trace", "TRACE /x HTTP/1.1"),
                row("options of the server", "OPTIONS * HTTP/1.1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void requestLinesPassAsTheyCame(String name, String line) throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send(line + "\r\nHost: a\r\n\r\n").readResponse();
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(backend.received.getFirst()).startsWith(line + "\r\n");
    }

    @Test
    void theAuthorityOfAnAbsoluteTargetWinsOverHost() throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        client.send("GET http://shop.example:81/x?y=1 HTTP/1.1\r\nHost: other\r\n\r\n")
                .readResponse();
        assertThat(backend.received.getFirst())
                .startsWith("GET /x?y=1 HTTP/1.1\r\n")
                .contains("host: shop.example:81\r\n")
                .doesNotContain("other");
    }

    @Test
    void headersOfTheHopStayAndNoneAreAdded() throws Exception {
        RawBackend backend = answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
                + "Keep-Alive: timeout=3\r\nX-Kept: 1\r\n\r\n");
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x-own\r\nX-Own: 1\r\n"
                        + "Proxy-Connection: x\r\nUpgrade: foo\r\nTE: gzip\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n")
                .readResponse();
        assertThat(RawBackend.headerNames(backend.received.getFirst()))
                .containsExactlyInAnyOrder("host", "x-two", "x-two");
        assertThat(RawBackend.headerNames(answer)).containsExactlyInAnyOrder("content-length", "x-kept");
    }

    @Test
    void clientsOfHttp10GetTheirAnswerUntilTheEndOfTheConnection() throws Exception {
        RawBackend backend = answering("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send("GET / HTTP/1.0\r\n\r\n").readAll();
        assertThat(answer).endsWith("\r\n\r\nhello").doesNotContain("chunked");
    }

    @Test
    void aClientThatAsksForItIsClosedAtOnce() throws Exception {
        RawClient client = client(listen(forwardTo(answering(OK))));
        long start = System.nanoTime();
        String answer = client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .readAll();
        assertThat(answer).contains("connection: close\r\n").endsWith("ok");
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    }

    @Test
    void answersToHeadAnd304KeepTheirLengthWithoutABody() throws Exception {
        RawBackend backend = backend(peer -> {
            while (!peer.readHead().isEmpty()) {
                peer.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
            }
        });
        RawClient client = client(listen(forwardTo(backend)));
        for (int i = 0; i < 2; i++) {
            String head = client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
            assertThat(head).startsWith("HTTP/1.1 200 ").contains("content-length: 1000\r\n");
        }
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void informationalAnswersPass() throws Exception {
        RawBackend backend = answering("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + OK);
        RawClient client = client(listen(forwardTo(backend)));
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 103 ").contains("link: </a>\r\n");
        assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("ok");
    }

    @Test
    void expectationsAreMet() throws Exception {
        RawBackend backend = answering(OK);
        RawClient client = client(listen(forwardTo(backend)));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
        assertThat(client.send("hello").readResponse()).endsWith("ok");
        assertThat(backend.received.getFirst()).endsWith("\r\n\r\nhello");
    }

    static Arguments row(String name, Object value) {
        return Arguments.of(name, value);
    }
}
