package dev.waypoint.examples;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A backend that speaks HTTP/1.1 with trailers. It answers with what it was asked, or under {@code /say/…} with pieces that are
 * cut in awkward places.
 */
final class PlainBackend implements AutoCloseable {

    private static final List<String> KEYS =
            List.of("a key sk-01234567", "89abcdef and s", "k-ABCDEFGHIJKLMNOP.", " No key: sk-1, ask, sk-", "short");
    private static final List<String> EVENTS = List.of(
            "data: {\"text\":\"Hel",
            "lo\"}\n\ndata: {\"text\":\" wor",
            "ld\"}\n",
            "\n: a comment\n\ndata: {\"text\":\"!\"}\n\ndata: [DONE]\n\n");
    private static final List<String> BAD_EVENTS = List.of(
            "data: {\"text\":\"it is for\"}\n\n",
            "data: {\"text\":\"bidden\"}\n\n",
            "data: {\"text\":\"more\"}\n\n",
            "data: [DONE]\n\n");

    private final ServerSocket socket;

    PlainBackend() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void serve(Socket connection) {
        try (connection) {
            BufferedInputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            for (PlainMessage asked = PlainMessage.read(in, true);
                    !asked.start().isEmpty();
                    asked = PlainMessage.read(in, true)) {
                answer(asked, out);
            }
        } catch (IOException e) {
            // The proxy went away, as it may.
        }
    }

    private static void answer(PlainMessage asked, OutputStream out) throws IOException {
        String path = asked.start().split(" ")[1];
        switch (path) {
            case "/say/keys" -> say(out, "text/plain", KEYS, "");
            case "/say/keys-trailers" -> say(out, "text/plain", KEYS, "x-sum: 5\r\n");
            case "/say/keys-whole" -> say(out, "text/plain", List.of("sk-0123456", "789abcdef."), "x-sum: 2\r\n");
            case "/say/keys-held" -> say(out, "text/plain", List.of("ends with sk-", "012"), "x-sum: 2\r\n");
            case "/say/events" -> say(out, "text/event-stream", EVENTS, "");
            case "/say/events-trailers" -> say(out, "text/event-stream", EVENTS, "x-sum: 4\r\n");
            case "/say/bad-events" -> say(out, "text/event-stream", BAD_EVENTS, "");
            case "/say/bad-events-trailers" -> say(out, "text/event-stream", BAD_EVENTS, "x-sum: 4\r\n");
            case "/say/nothing" -> write(out, "HTTP/1.1 204 No Content\r\nx-powered-by: backend\r\n\r\n");
            default -> {
                String body = asked.start().replace(" HTTP/1.1", "") + "\n" + asked.text();
                write(
                        out,
                        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx-powered-by: backend\r\ncontent-length: "
                                + body.getBytes(StandardCharsets.ISO_8859_1).length + "\r\n\r\n" + body);
            }
        }
    }

    private static void say(OutputStream out, String type, List<String> pieces, String trailers) throws IOException {
        write(
                out,
                "HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\nx-powered-by: backend\r\n"
                        + "transfer-encoding: chunked\r\n\r\n");
        for (String piece : pieces) {
            pause();
            write(out, Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
        }
        pause();
        write(out, "0\r\n" + trailers + "\r\n");
    }

    /** So that pieces arrive one by one. */
    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(15);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
