package dev.waypoint.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An upstream made of plain sockets: a script has each connection to itself and says byte by byte what happens. */
public final class RawBackend implements AutoCloseable {

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** Everything that each connection received, heads and bodies, in the order of the heads. */
    public final List<String> received = new CopyOnWriteArrayList<>();

    /** What happens on a connection. */
    public interface Script {
        /** Runs on a thread of its own; the connection is closed when it returns. */
        void run(Peer peer) throws IOException;
    }

    public RawBackend(Script script) throws IOException {
        this(0, script);
    }

    /** A backend on a port that one had before. */
    public RawBackend(int port, Script script) throws IOException {
        this(script, InetAddress.getLoopbackAddress(), port);
    }

    /** A backend at an address. */
    public RawBackend(Script script, InetAddress address, int port) throws IOException {
        server = new ServerSocket(port, 128, address);
        Thread.ofVirtual().start(() -> accept(script));
    }

    /** A backend that answers every request with the same bytes, on as many connections as come. */
    public static RawBackend answering(String response) throws IOException {
        return new RawBackend(peer -> {
            while (peer.readRequest()) {
                peer.write(response);
            }
        });
    }

    private void accept(Script script) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(script, socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Script script, Socket socket) {
        try (socket) {
            script.run(new Peer(socket));
        } catch (SocketException expected) {
            // The proxy went away, which many tests want.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** How many connections came so far. */
    public int connections() {
        return sockets.size();
    }

    /** How many connections are still open. */
    public long open() {
        return sockets.stream().filter(s -> !s.isClosed()).count();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One connection as the script sees it. */
    public final class Peer {
        /** The socket, for what has no method. */
        public final Socket socket;

        private final InputStream in;
        private final OutputStream out;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        }

        /** Reads one request with its body, and notes it; false at the end of the connection. */
        public boolean readRequest() throws IOException {
            String head = readHead();
            if (head.isEmpty()) {
                return false;
            }
            String body = readBody(head);
            received.set(received.size() - 1, head + body);
            return true;
        }

        /** Reads one head, and notes it; empty at the end of the connection. */
        public String readHead() throws IOException {
            String head = Raw.readHead(in);
            if (!head.isEmpty()) {
                received.add(head);
            }
            return head;
        }

        private String readBody(String head) throws IOException {
            return Raw.readBody(in, head, false);
        }

        /** Reads exactly so many bytes. */
        public byte[] read(int length) throws IOException {
            return in.readNBytes(length);
        }

        /** Writes bytes, one for each character. */
        public void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Writes bytes. */
        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }
    }

    /** The names of the headers of a head, in lower case, in order. */
    public static List<String> headerNames(String head) {
        List<String> names = new ArrayList<>();
        String[] lines = head.split("\r\n", -1);
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            names.add(lines[i].substring(0, lines[i].indexOf(':')).toLowerCase(java.util.Locale.ROOT));
        }
        return names;
    }
}
