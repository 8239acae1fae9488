package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;
import org.jspecify.annotations.Nullable;

/** What has come of one direction, what of it is held, and how it goes on. Knows nothing of the processor. */
final class Passage {

    private final Pieces pieces;
    private final Outlet outlet;

    private @Nullable HeaderFields head;
    private @Nullable HeaderFields trailers;
    private boolean headSeen;
    private boolean noBody;
    private boolean complete;
    private boolean replaced;

    Passage(Direction direction, Effects out, long limit) {
        this.pieces = new Pieces(direction, out, limit);
        this.outlet = new Outlet(direction, out);
    }

    Pieces pieces() {
        return pieces;
    }

    Outlet outlet() {
        return outlet;
    }

    /** The head while it may still be changed. */
    @Nullable
    HeaderFields head() {
        return head;
    }

    @Nullable
    HeaderFields trailers() {
        return trailers;
    }

    boolean headSeen() {
        return headSeen;
    }

    /** Whether the head is all there is. */
    boolean noBody() {
        return noBody;
    }

    /** Whether the end has come. */
    boolean complete() {
        return complete;
    }

    /** Whether the processor put something in the place of what comes. */
    boolean replaced() {
        return replaced;
    }

    /** Whether what comes now is of no use. */
    boolean takesNothing() {
        return outlet.isCut() || replaced;
    }

    // ---- what comes

    void headCame(boolean end) {
        headSeen = true;
        noBody = end;
        complete = end;
    }

    void dataCame(boolean end) {
        complete |= end;
    }

    void trailersCame(HeaderFields fields) {
        complete = true;
        trailers = fields;
    }

    /** The head waits, and may be changed until it is passed. */
    void holdHead(HeaderFields fields) {
        head = fields;
        outlet.holdHead();
    }

    /** The head waits on, but is not to be changed any more. */
    void sealHead() {
        head = null;
    }

    /** What comes from now on is dropped, but for its end. */
    void replaceRest() {
        replaced = true;
    }

    // ---- what goes on

    void passHead(boolean end) {
        head = null;
        outlet.head(end);
    }

    void passData(HttpData data, boolean end) {
        if (!outlet.isCut() && (!data.isEmpty() || end)) {
            head = null;
        }
        outlet.data(data, end);
        pieces.updateHold();
    }

    void passTrailers() {
        head = null;
        outlet.trailers();
    }

    /** Of a message that was replaced or given up, only the end counts. */
    void dropData(HttpData data, boolean end) {
        data.close();
        if (replaced && end) {
            outlet.data(HttpData.empty(), true);
        }
    }

    /** Passes on what was sent and is kept until its reply. */
    void flushSent() {
        while (pieces.hasSent()) {
            Pieces.Chunk chunk = pieces.takeSent();
            passData(chunk.data(), chunk.end());
        }
    }

    void flushStash() {
        while (pieces.hasStash()) {
            HttpData data = pieces.takeStash();
            outlet.data(data, !pieces.hasStash() && complete && trailers == null);
        }
        pieces.updateHold();
    }

    /** Passes on all that is held, and the end if it is known. */
    void releaseAll() {
        if (outlet.holdsHead()) {
            passHead(noBody);
        }
        flushStash();
        if (!complete || outlet.isEnded()) {
            return;
        }
        if (trailers != null) {
            passTrailers();
        } else {
            outlet.data(HttpData.empty(), true);
        }
    }

    /** What is held is given up, and nothing goes on. */
    void giveUp() {
        outlet.cut();
        pieces.discard();
    }
}
