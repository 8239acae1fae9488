package dev.waypoint.engine;

import com.linecorp.armeria.common.ByteBufAccessMode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.message.MessageWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps a request's body for a retry, up to a bound. */
final class BodyReplay {

    private final int maxBytes;
    private final List<HttpData> pieces = new ArrayList<>();
    private long bytes;
    private boolean ended;
    private boolean overflowed;
    private @Nullable HttpHeaders trailers;

    BodyReplay(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Another handle on the same bytes, with a count of its own. */
    static HttpData duplicate(HttpData data) {
        return data.isPooled() ? HttpData.wrap(data.byteBuf(ByteBufAccessMode.RETAINED_DUPLICATE)) : data;
    }

    void add(HttpData data, boolean end) {
        ended |= end;
        if (overflowed) {
            return;
        }
        bytes += data.length();
        if (bytes > maxBytes) {
            overflowed = true;
            discard();
        } else if (!data.isEmpty()) {
            pieces.add(duplicate(data));
        }
    }

    void end(HttpHeaders last) {
        ended = true;
        trailers = last;
    }

    /** Whether everything that came so far is here. */
    boolean isComplete() {
        return !overflowed;
    }

    boolean isEmpty() {
        return bytes == 0 && trailers == null;
    }

    boolean isEnded() {
        return ended;
    }

    /** Writes everything again. */
    void writeTo(MessageWriter writer) {
        for (int i = 0; i < pieces.size(); i++) {
            boolean last = i == pieces.size() - 1 && ended && trailers == null;
            writer.data(duplicate(pieces.get(i)), last);
        }
        if (trailers != null) {
            writer.trailers(trailers);
        } else if (ended && pieces.isEmpty()) {
            writer.data(HttpData.empty(), true);
        }
    }

    void discard() {
        pieces.forEach(HttpData::close);
        pieces.clear();
    }
}
