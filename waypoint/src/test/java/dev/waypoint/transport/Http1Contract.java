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
}
