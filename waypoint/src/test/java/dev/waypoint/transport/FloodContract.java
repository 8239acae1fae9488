package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** HTTP/2 clients that keep a server busy with frames that mean nothing. Their connection ends; others do not notice. */
abstract class FloodContract extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** Sends pieces until the server has had enough; returns whether it had. */
    private static boolean endures(RawClient client, int pieces, java.util.function.IntFunction<String> piece)
            throws IOException {
        try {
            client.send(H2Frames.PREFACE);
            for (int i = 0; i < pieces; i++) {
                client.send(piece.apply(i));
            }
            client.readAll();
            return false;
        } catch (SocketException ended) {
            return false;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return true;
        }
    }

    private int open() throws IOException {
        return listen(forwardTo(answering(Http1Contract.OK)));
    }

    @Test
    void rapidResetsEndTheConnection() throws Exception {
        int port = open();
        boolean endured = endures(client(port), 500, i -> {
            StringBuilder many = new StringBuilder();
            for (int j = 0; j < 20; j++) {
                int stream = (i * 20 + j) * 2 + 1;
                many.append(H2Frames.resetRequest(stream));
            }
            return many.toString();
        });
        assertThat(endured).isFalse();
        assertThat(client(port).send(GET).readResponse()).endsWith("ok");
    }

    @Test
    void continuationsWithoutEndEndTheConnection() throws Exception {
        int port = open();
        boolean endured = endures(
                client(port),
                2000,
                i -> i == 0 ? H2Frames.frame(1, 1, 1, H2Frames.HEAD) : H2Frames.frame(9, 0, 1, "\0\u0001a\u0001b"));
        assertThat(endured).isFalse();
        assertThat(client(port).send(GET).readResponse()).endsWith("ok");
    }

    @Test
    void emptyDataWithoutEndEndsTheConnection() throws Exception {
        int port = open();
        boolean endured = endures(
                client(port), 2000, i -> i == 0 ? H2Frames.frame(1, 4, 1, H2Frames.HEAD) : H2Frames.frame(0, 0, 1, ""));
        assertThat(endured).isFalse();
        assertThat(client(port).send(GET).readResponse()).endsWith("ok");
    }
}
