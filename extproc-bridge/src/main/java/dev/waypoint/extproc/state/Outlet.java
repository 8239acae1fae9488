package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;

/** Where a direction goes on: sees to it that the head comes first and the end comes once. */
final class Outlet {

    private final Direction direction;
    private final Effects out;

    private boolean headHeld;
    private boolean endPassed;
    private boolean cut;

    Outlet(Direction direction, Effects out) {
        this.direction = direction;
        this.out = out;
    }

    /** The head waits until it, or anything behind it, is passed. */
    void holdHead() {
        headHeld = true;
    }

    boolean holdsHead() {
        return headHeld;
    }

    boolean isEnded() {
        return endPassed;
    }

    /** Nothing passes any more. */
    void cut() {
        cut = true;
    }

    boolean isCut() {
        return cut;
    }

    void head(boolean end) {
        headHeld = false;
        if (!cut) {
            endPassed |= end;
            out.passHead(direction, end);
        }
    }

    /** Passes data on, after the head. An empty piece that ends nothing is dropped. */
    void data(HttpData data, boolean end) {
        if (cut || endPassed || (data.isEmpty() && !end)) {
            data.close();
            return;
        }
        if (headHeld) {
            head(false);
        }
        endPassed = end;
        out.passData(direction, data, end);
    }

    void trailers() {
        if (cut || endPassed) {
            return;
        }
        if (headHeld) {
            head(false);
        }
        endPassed = true;
        out.passTrailers(direction);
    }
}
