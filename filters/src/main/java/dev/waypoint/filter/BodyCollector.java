package dev.waypoint.filter;

import com.linecorp.armeria.common.HttpData;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Holds the pieces of one body until they are wanted as one. */
public final class BodyCollector {

    private final List<HttpData> pieces = new ArrayList<>();
    private long bytes;

    /** Takes a piece, with its ownership. */
    public void add(HttpData data) {
        if (data.isEmpty()) {
            data.close();
            return;
        }
        pieces.add(data);
        bytes += data.length();
    }

    /** How many bytes are held. */
    public long bytes() {
        return bytes;
    }

    /** Whether nothing is held. */
    public boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** All of it as one piece, without a copy; the collector is empty afterwards. */
    public HttpData take() {
        HttpData whole = join(pieces);
        pieces.clear();
        bytes = 0;
        return whole;
    }

    /** Releases all of it. */
    public void discard() {
        pieces.forEach(HttpData::close);
        pieces.clear();
        bytes = 0;
    }

    /** Several pieces as one, without a copy and with their ownership. */
    public static HttpData join(Collection<HttpData> pieces) {
        return switch (pieces.size()) {
            case 0 -> HttpData.empty();
            case 1 -> pieces.iterator().next();
            default -> {
                ByteBuf[] buffers = pieces.stream().map(HttpData::byteBuf).toArray(ByteBuf[]::new);
                yield HttpData.wrap(Unpooled.wrappedBuffer(buffers.length, buffers));
            }
        };
    }
}
