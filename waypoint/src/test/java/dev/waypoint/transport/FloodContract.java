package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** HTTP/2 clients that keep a server busy with frames that mean nothing. Their connection ends; others do not notice. */
abstract class FloodContract extends TransportContract {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** {@code GET http://a/} in HPACK, by the static table. */
    private static final String HEAD = "\u0082\u0086\u0084\u0041\u0001a";

    private static String frame(int type, int flags, int stream, String payload) {
        StringBuilder frame = new StringBuilder();
        int length = payload.length();
        frame.append((char) (length >> 16)).append((char) (length >> 8 & 255)).append((char) (length & 255));
        frame.append((char) type).append((char) flags);
        frame.append((char) (stream >> 24)).append((char) (stream >> 16 & 255));
        frame.append((char) (stream >> 8 & 255)).append((char) (stream & 255));
        return frame.append(payload).toString();
    }

    /** Sends pieces until the server has had enough; returns whether it had. */
    private static boolean endures(RawClient client, int pieces, java.util.function.IntFunction<String> piece)
            throws IOException {
        try {
            client.send(PREFACE + frame(4, 0, 0, ""));
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
                many.append(frame(1, 5, stream, HEAD)).append(frame(3, 0, stream, "\0\0\0\u0008"));
            }
            return many.toString();
        });
        assertThat(endured).isFalse();
        assertThat(client(port).send(GET).readResponse()).endsWith("ok");
    }

    @Test
    void continuationsWithoutEndEndTheConnection() throws Exception {
        int port = open();
        boolean endured =
                endures(client(port), 2000, i -> i == 0 ? frame(1, 1, 1, HEAD) : frame(9, 0, 1, "\0\u0001a\u0001b"));
        assertThat(endured).isFalse();
        assertThat(client(port).send(GET).readResponse()).endsWith("ok");
    }

    @Test
    void emptyDataWithoutEndEndsTheConnection() throws Exception {
        int port = open();
        boolean endured = endures(client(port), 2000, i -> i == 0 ? frame(1, 4, 1, HEAD) : frame(0, 0, 1, ""));
        assertThat(endured).isFalse();
        assertThat(client(port).send(GET).readResponse()).endsWith("ok");
    }
}
