import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Answers every HTTP/1.1 request without a body alike: one thread, no allocation for a request, so that it costs the load's core little. */
final class Backend implements AutoCloseable {

    private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 17\r\ncontent-type: text/plain\r\n\r\nhello world 1234\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Selector selector = Selector.open();
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);

    /** Starts one on a free port of the loopback interface. */
    Backend() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        Thread.ofPlatform().daemon().name("backend").start(this::serve);
    }

    int port() {
        return server.socket().getLocalPort();
    }

    private void serve() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the backend cannot wait for requests", e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                SocketChannel channel = server.accept();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, new int[1]);
                return;
            }
            answer(key);
        } catch (IOException e) {
            key.cancel();
        }
    }

    /** Four bytes end a head; how many of them were seen is all that is remembered between two reads. */
    private void answer(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        int[] seen = (int[]) key.attachment();
        in.clear();
        if (channel.read(in) < 0) {
            channel.close();
            return;
        }
        in.flip();
        while (in.hasRemaining()) {
            byte next = in.get();
            boolean expected = next == ((seen[0] & 1) == 0 ? '\r' : '\n');
            seen[0] = expected ? seen[0] + 1 : next == '\r' ? 1 : 0;
            if (seen[0] == 4) {
                seen[0] = 0;
                ByteBuffer answer = ByteBuffer.wrap(ANSWER);
                while (answer.hasRemaining()) {
                    channel.write(answer);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        server.close();
    }
}
