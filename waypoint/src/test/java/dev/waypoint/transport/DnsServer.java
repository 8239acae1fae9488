package dev.waypoint.transport;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server that knows one name at a time (RFC 1035): addresses of both families, all with the same lifetime. */
final class DnsServer implements AutoCloseable {

    private static final int A = 1;
    private static final int AAAA = 28;
    private static final int HEADER = 12;

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final int ttlSeconds;
    private volatile List<InetAddress> addresses;

    /** Queries for IPv4 addresses that came so far. */
    final AtomicInteger queries = new AtomicInteger();

    DnsServer(int ttlSeconds, List<InetAddress> addresses) throws IOException {
        this.ttlSeconds = ttlSeconds;
        this.addresses = addresses;
        Thread.ofVirtual().start(this::serve);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    /** Changes what the name stands for; none for a name that does not exist. */
    void point(List<InetAddress> to) {
        addresses = to;
    }

    private void serve() {
        byte[] bytes = new byte[1500];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(bytes, 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private byte[] answer(ByteBuffer query) {
        int end = HEADER;
        while (query.get(end) != 0) {
            end += query.get(end) + 1;
        }
        end += 5;
        int type = query.getShort(end - 4);
        if (type == A) {
            queries.incrementAndGet();
        }
        List<InetAddress> fitting = addresses.stream()
                .filter(each -> each.getAddress().length == (type == A ? 4 : type == AAAA ? 16 : 0))
                .toList();
        ByteBuffer out = ByteBuffer.allocate(1500);
        out.putShort(query.getShort(0));
        out.putShort((short) (addresses.isEmpty() ? 0x8183 : 0x8180));
        out.putShort((short) 1).putShort((short) fitting.size()).putInt(0);
        out.put(query.array(), HEADER, end - HEADER);
        for (InetAddress each : fitting) {
            out.putShort((short) 0xc00c)
                    .putShort((short) type)
                    .putShort((short) 1)
                    .putInt(ttlSeconds);
            out.putShort((short) each.getAddress().length).put(each.getAddress());
        }
        byte[] all = new byte[out.position()];
        out.flip().get(all);
        return all;
    }

    @Override
    public void close() {
        socket.close();
    }
}
