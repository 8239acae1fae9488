package dev.waypoint.extproc.state;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import dev.waypoint.filter.BodyCollector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The body bytes that a direction holds, within its limit. */
final class Pieces {

    /** A piece that was sent, or is gathered to be sent. */
    record Chunk(HttpData data, boolean end) {}

    private final Direction direction;
    private final Effects out;
    private final long limit;

    /** Pieces that came and were neither sent nor passed on. */
    private final ArrayDeque<HttpData> stash = new ArrayDeque<>(4);
    /** Pieces that were sent, or are being gathered for it, and are kept until the reply. */
    private final ArrayDeque<Chunk> sent = new ArrayDeque<>(4);

    private long stashBytes;
    private long sentBytes;
    private boolean onHold;

    Pieces(Direction direction, Effects out, long limit) {
        this.direction = direction;
        this.out = out;
        this.limit = limit;
    }

    void stash(HttpData data) {
        stash.add(data);
        stashBytes += data.length();
    }

    long heldBytes() {
        return stashBytes + sentBytes;
    }

    boolean hasStash() {
        return !stash.isEmpty();
    }

    boolean stashOverflows() {
        return stashBytes > limit;
    }

    HttpData takeStash() {
        HttpData data = stash.remove();
        stashBytes -= data.length();
        return data;
    }

    /** All of the stash as one piece, taken out. */
    HttpData joinStash() {
        HttpData all = BodyCollector.join(stash);
        stash.clear();
        stashBytes = 0;
        return all;
    }

    void keep(HttpData data, boolean end) {
        sent.add(new Chunk(data, end));
        sentBytes += data.length();
        updateHold();
    }

    boolean hasSent() {
        return !sent.isEmpty();
    }

    boolean sentOverflows() {
        return sentBytes > limit;
    }

    Chunk takeSent() {
        Chunk chunk = sent.remove();
        sentBytes -= chunk.data().length();
        return chunk;
    }

    /** All kept pieces as one. */
    Chunk takeAllSent() {
        boolean end = !sent.isEmpty() && sent.getLast().end();
        List<HttpData> pieces = new ArrayList<>(sent.size());
        while (hasSent()) {
            pieces.add(takeSent().data());
        }
        return new Chunk(BodyCollector.join(pieces), end);
    }

    /** The bytes of all kept pieces, lent. */
    ByteString lendSent() {
        return Bytes.lend(sentBytes, sent.stream().map(Chunk::data).toList());
    }

    void discard() {
        stash.forEach(HttpData::close);
        stash.clear();
        stashBytes = 0;
        while (hasSent()) {
            takeSent().data().close();
        }
        updateHold();
    }

    /** Holds the direction back when more than the limit is held, until half of it is gone. */
    void updateHold() {
        long held = stashBytes + sentBytes;
        if (!onHold && held > limit) {
            onHold = true;
            out.hold(direction, true);
        } else if (onHold && held <= limit / 2) {
            onHold = false;
            out.hold(direction, false);
        }
    }
}
