package dev.waypoint.control.live;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One HTTP/1.1 connection that is kept and that never tries again by itself: a client that sees every failure. */
final class PlainClient implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    /** The head of an answer; its body was read and dropped. */
    record Answer(int status, Map<String, String> headers) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    PlainClient(InetSocketAddress address, Duration patience) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) patience.toMillis());
        socket.connect(address, (int) patience.toMillis());
        in = new BufferedInputStream(socket.getInputStream());
    }

    Answer get(String host, String path) throws IOException {
        return get(host, path, Map.of());
    }

    Answer get(String host, String path, Map<String, String> more) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nhost: " + host + "\r\n");
        more.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        String status = line();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        Answer answer = new Answer(Integer.parseInt(status.split(" ")[1]), headers);
        if (answer.header("transfer-encoding").isEmpty()) {
            in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
        } else {
            chunks();
        }
        return answer;
    }

    private void chunks() throws IOException {
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            in.skipNBytes(size);
            line();
        }
        line();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
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
