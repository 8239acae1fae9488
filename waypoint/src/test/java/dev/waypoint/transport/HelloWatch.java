package dev.waypoint.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a TLS client and its server, passes all bytes on, and notes which handshakes the server resumed (RFC 8446, 4.2.11). */
final class HelloWatch implements AutoCloseable {

    private static final int PRE_SHARED_KEY = 41;
    private static final int RECORD_HEADER = 5;

    private final ServerSocket front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** For each connection, whether it was resumed. */
    final List<Boolean> resumed = new CopyOnWriteArrayList<>();

    HelloWatch(String host, int port) throws IOException {
        Thread.ofVirtual().start(() -> accept(host, port));
    }

    int port() {
        return front.getLocalPort();
    }

    private void accept(String host, int port) {
        while (!front.isClosed()) {
            try {
                Socket client = front.accept();
                Socket server = new Socket(host, port);
                sockets.addAll(List.of(client, server));
                Thread.ofVirtual().start(() -> pass(client, server));
                Thread.ofVirtual().start(() -> answer(server, client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException over) {
            // One side is gone: so is the other.
        }
    }

    private void answer(Socket server, Socket client) {
        try (server;
                client) {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] header = in.readNBytes(RECORD_HEADER);
            byte[] hello = in.readNBytes(ByteBuffer.wrap(header).getShort(3));
            resumed.add(hasPreSharedKey(ByteBuffer.wrap(hello)));
            out.write(header);
            out.write(hello);
            in.transferTo(out);
        } catch (IOException over) {
            // One side is gone: so is the other.
        }
    }

    private static boolean hasPreSharedKey(ByteBuffer hello) {
        hello.position(4 + 2 + 32);
        int sessionId = hello.get();
        hello.position(hello.position() + sessionId + 2 + 1 + 2);
        while (hello.hasRemaining()) {
            int type = hello.getShort();
            int length = hello.getShort();
            if (type == PRE_SHARED_KEY) {
                return true;
            }
            hello.position(hello.position() + length);
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        front.close();
        for (Socket each : sockets) {
            each.close();
        }
    }
}
