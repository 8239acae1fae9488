package dev.waypoint.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that writes exactly the bytes it is given, and reads answers as they are on the wire. */
public final class RawClient implements AutoCloseable {

    /** The socket, for what has no method. */
    public final Socket socket;

    private final InputStream in;
    private final OutputStream out;

    public RawClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Speaks over a socket that exists, such as one with TLS. */
    public RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Sends bytes, one for each character. */
    public RawClient send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return this;
    }

    /** Reads one head; empty if the connection ended. */
    public String readHead() throws IOException {
        return Raw.readHead(in);
    }

    /** Reads one whole answer as it is on the wire, to the end of the connection if it says nothing of its length. */
    public String readResponse() throws IOException {
        String head = readHead();
        if (head.isEmpty()
                || head.startsWith("HTTP/1.1 1")
                || head.startsWith("HTTP/1.1 204")
                || head.startsWith("HTTP/1.1 304")) {
            return head;
        }
        return head + Raw.readBody(in, head, true);
    }

    /** Reads exactly so many bytes. */
    public String read(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** Reads all that comes until the end. A reset counts as an end. */
    public String readAll() throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] buffer = new byte[8192];
        try {
            int n;
            while ((n = in.read(buffer)) >= 0) {
                all.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException reset) {
            // As good as an end.
        }
        return all.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
