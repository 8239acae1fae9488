package dev.waypoint.control.live;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that stands for every endpoint whose address leads to this machine. It never closes a connection by itself. */
final class Backends implements AutoCloseable {

    /** The header of answers that names the endpoint which was called. */
    static final String ENDPOINT = "x-endpoint";

    private final ServerSocket server = new ServerSocket();

    Backends() throws IOException {
        server.bind(new InetSocketAddress(0), 1024);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Requests without bodies, one after the other. */
    private static void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            byte[] answer = ("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n" + ENDPOINT + ": "
                            + connection.getLocalAddress().getHostAddress() + "\r\n\r\nserved\n")
                    .getBytes(StandardCharsets.US_ASCII);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            int ends = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
                if (ends == 2) {
                    connection.getOutputStream().write(answer);
                    ends = 0;
                }
            }
        } catch (IOException gone) {
            // The proxy closed it.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
