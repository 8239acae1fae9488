package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Holds the pieces of one body until they are wanted as one. */
final class BodyCollector {

    private final List<HttpData> pieces = new ArrayList<>();
    private long bytes;

    void add(HttpData data) {
        if (data.isEmpty()) {
            data.close();
            return;
        }
        pieces.add(data);
        bytes += data.length();
    }

    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** All of it as one piece, without a copy; the collector is empty afterwards. */
    HttpData take() {
        if (pieces.isEmpty()) {
            return HttpData.empty();
        }
        HttpData whole;
        if (pieces.size() == 1) {
            whole = pieces.getFirst();
        } else {
            ByteBuf[] buffers = pieces.stream().map(HttpData::byteBuf).toArray(ByteBuf[]::new);
            whole = HttpData.wrap(Unpooled.wrappedBuffer(buffers.length, buffers));
        }
        pieces.clear();
        bytes = 0;
        return whole;
    }

    /** Releases all of it. */
    void discard() {
        pieces.forEach(HttpData::close);
        pieces.clear();
        bytes = 0;
    }
}
