import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests over kept connections, from one thread. Closed loop: a connection asks again when it was answered. Open loop: each request has
 * a moment at which it is due, and its time counts from there, so that a stall shows in every request that it delayed.
 */
final class Load implements AutoCloseable {

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nhost: bench.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);

    /** What the backend answers ends with this, which nothing before it holds. */
    private static final byte[] END = "hello world 1234\n".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private Answers answers = new Answers();
    private boolean closedLoop;

    /** Opens connections to a port of the loopback interface. */
    Load(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Connection connection = new Connection(port);
            connections.add(connection);
            idle.add(connection);
        }
    }

    /** Asks as fast as answers come. */
    Answers closed(double seconds) throws IOException {
        closedLoop = true;
        answers = new Answers();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (Connection each = idle.poll(); each != null; each = idle.poll()) {
            each.ask(System.nanoTime());
        }
        while (System.nanoTime() < end) {
            selector.select(this::ready, 10);
        }
        settle();
        return answers;
    }

    /** Asks at a constant rate per second. */
    Answers open(double rate, double seconds) throws IOException {
        closedLoop = false;
        answers = new Answers();
        long start = System.nanoTime();
        long total = (long) (rate * seconds);
        for (long asked = 0; asked < total; ) {
            long now = System.nanoTime();
            while (asked < total && !idle.isEmpty() && start + (long) (asked * 1e9 / rate) <= now) {
                idle.poll().ask(start + (long) (asked++ * 1e9 / rate));
            }
            selector.select(this::ready, 1);
        }
        settle();
        return answers;
    }

    /** Waits for what is under way, so that no answer is missed. */
    private void settle() throws IOException {
        closedLoop = false;
        long end = System.nanoTime() + 10_000_000_000L;
        while (idle.size() < connections.size()) {
            if (System.nanoTime() > end) {
                throw new IOException((connections.size() - idle.size()) + " requests were not answered within 10 s");
            }
            selector.select(this::ready, 10);
        }
    }

    private void ready(SelectionKey key) {
        try {
            ((Connection) key.attachment()).read();
        } catch (IOException e) {
            throw new IllegalStateException("a connection broke: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection each : connections) {
            each.channel.close();
        }
        selector.close();
    }

    /** One connection with at most one request. */
    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer out = ByteBuffer.allocateDirect(REQUEST.length).put(REQUEST);
        private final ByteBuffer in = ByteBuffer.allocateDirect(4096);
        private long due;

        Connection(int port) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void ask(long dueAt) throws IOException {
            due = dueAt;
            out.flip();
            channel.write(out);
        }

        void read() throws IOException {
            if (channel.read(in) < 0) {
                throw new IOException("closed by the proxy");
            }
            if (!endsWith(END)) {
                return;
            }
            for (int i = 0; i < OK.length; i++) {
                if (in.get(i) != OK[i]) {
                    byte[] text = new byte[in.flip().remaining()];
                    in.get(text);
                    throw new IOException("answered with " + new String(text, StandardCharsets.US_ASCII));
                }
            }
            in.clear();
            long now = System.nanoTime();
            answers.add(now, now - due);
            if (closedLoop) {
                ask(now);
            } else {
                idle.add(this);
            }
        }

        private boolean endsWith(byte[] end) {
            int at = in.position() - end.length;
            if (at < OK.length) {
                return false;
            }
            for (int i = 0; i < end.length; i++) {
                if (in.get(at + i) != end[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
