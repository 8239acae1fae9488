package dev.waypoint.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The backend of a warm-up: answers every request alike. It uses sockets alone, so that nothing of it crowds the start-up cache. */
final class WarmUpBackend implements AutoCloseable {

    private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n\r\nok"
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    WarmUpBackend() throws IOException {
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> answer(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            while (!readMessage(socket.getInputStream()).isEmpty()) {
                socket.getOutputStream().write(ANSWER);
            }
        } catch (IOException e) {
            // The other side went away, as it may.
        }
    }

    /** Reads a head, and a body by its length or in chunks; the head, or nothing if there is no further message. */
    static String readMessage(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length:");
        if (at >= 0) {
            in.skipNBytes(Long.parseLong(
                    lower.substring(at + 15, lower.indexOf("\r\n", at)).strip()));
        } else if (lower.contains("transfer-encoding: chunked")) {
            skipChunks(in);
        }
        return head.toString();
    }

    private static void skipChunks(InputStream in) throws IOException {
        while (true) {
            int size = Integer.parseInt(readLine(in), 16);
            if (size > 0) {
                in.skipNBytes(size + 2L);
                continue;
            }
            while (!readLine(in).isEmpty()) {
                // Trailers.
            }
            return;
        }
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
