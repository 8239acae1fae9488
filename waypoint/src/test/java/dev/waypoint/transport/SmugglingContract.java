package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests whose two readers might disagree on where they end or whom they are meant for: each is refused, and nothing of it reaches the
 * upstream.
 */
abstract class SmugglingContract extends TransportContract {

    /** One request, and how the answer has to begin: a status line, or nothing. */
    record Row(String name, String request, String... statuses) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row bad(String name, String headers) {
        return new Row(name, "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n", "400");
    }

    static Stream<Row> refused() {
        return Stream.of(
                bad("content-length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
                bad("chunked and content-length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
                bad("two different lengths", "Content-Length: 5\r\nContent-Length: 6\r\n"),
                bad("two equal lengths", "Content-Length: 0\r\nContent-Length: 0\r\n"),
                bad("list of lengths", "Content-Length: 5, 5\r\n"),
                bad("length with sign", "Content-Length: +5\r\n"),
                bad("negative length", "Content-Length: -5\r\n"),
                bad("hexadecimal length", "Content-Length: 0x5\r\n"),
                bad("length with space within", "Content-Length: 1 2\r\n"),
                bad("empty length", "Content-Length: \r\n"),
                bad("enormous length", "Content-Length: 99999999999999999999999\r\n"),
                new Row(
                        "unknown coding",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
                        "501",
                        "400"),
                new Row(
                        "gzip before chunked",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                        "501",
                        "400"),
                new Row(
                        "chunked twice in a list",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
                        "501",
                        "400"),
                new Row(
                        "identity after chunked",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
                        "501",
                        "400"),
                bad("space before the colon", "Transfer-Encoding : chunked\r\n"),
                bad("tab before the colon", "Content-Length\t: 5\r\n"),
                bad("vertical tab in the coding", "Transfer-Encoding: \u000bchunked\r\n"),
                bad("folded header", "X-A: 1\r\n folded: 2\r\n"),
                bad("folded coding", "Transfer-Encoding:\r\n chunked\r\n"),
                bad("bare line feed after a header", "X-A: 1\nContent-Length: 5\r\n"),
                bad("bare carriage return in a value", "X-A: 1\rContent-Length: 5\r\n"),
                bad("NUL in a value", "X-A: 1\0\r\n"),
                bad("no colon", "X-A\r\n"),
                bad("empty name", ": 1\r\n"),
                bad("space in a name", "X A: 1\r\n"),
                bad("byte beyond ASCII in a name", "X-\u00e4: 1\r\n"),
                new Row("no host", "GET / HTTP/1.1\r\n\r\n", "400"),
                new Row("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
                new Row("two equal hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400"),
                new Row("host with space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400"),
                new Row("host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"),
                new Row("host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "400"),
                new Row("host list", "GET / HTTP/1.1\r\nHost: a, b c\r\n\r\n", "400"),
                new Row("bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", "400"),
                new Row("space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "400", ""),
                new Row("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400", ""),
                new Row("no version", "GET /\r\nHost: a\r\n\r\n", "400", ""),
                new Row("HTTP/2.0 on a request line", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505", "400"),
                new Row("HTTP/1.2 on a request line", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "505", "400"),
                new Row("relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
                new Row("method with a space", "G ET / HTTP/1.1\r\nHost: a\r\n\r\n", "400", ""),
                new Row(
                        "chunked in HTTP/1.0",
                        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "400",
                        "501"));
    }

    /** Names of rows that a transport accepts in a harmless form instead, which RFC 9112 leaves open. */
    protected Set<String> harmless() {
        return Set.of();
    }

    @ParameterizedTest
    @MethodSource
    void refused(Row row) throws Exception {
        Assumptions.assumeFalse(harmless().contains(row.name()), "accepted in a harmless form");
        RawBackend backend = answering(Http1Contract.OK);
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send(row.request() + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
                .readAll();
        String status = answer.isEmpty() ? "" : answer.substring(9, 12);
        assertThat(row.statuses()).contains(status);
        assertThat(answer).doesNotContain("\r\n\r\nok");
        assertThat(backend.received).isEmpty();
    }

    static Stream<Row> brokenBodies() {
        return Stream.of(
                new Row("chunk size with sign", "+5\r\nhello\r\n0\r\n\r\n"),
                new Row("chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
                new Row("empty chunk size", "\r\nhello\r\n0\r\n\r\n"),
                new Row("bare line feed after the size", "5\nhello\r\n0\r\n\r\n"),
                new Row("bare line feed after the data", "5\r\nhello\n0\r\n\r\n"),
                new Row("longer than it says", "5\r\nhelloworld\r\n0\r\n\r\n"),
                new Row("overflowing size", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
                new Row("control character in an extension", "5;a=\u0001\r\nhello\r\n0\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource
    void brokenBodies(Row row) throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + row.request()
                        + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
                .readAll();
        assertThat(answer).doesNotContain("200 OK");
        assertThat(backend.received).noneMatch(message -> message.contains("smuggled"));
    }
}
