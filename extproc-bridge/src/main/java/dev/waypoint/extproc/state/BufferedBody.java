package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;

/** BUFFERED: everything is held until the end, then sent as one message. */
final class BufferedBody extends BodyHandling {

    @Override
    BodyMode mode() {
        return BodyMode.BUFFERED;
    }

    @Override
    void data(Lane lane, HttpData data, boolean end) {
        lane.stash(data);
        if (end && !lane.isCut()) {
            lane.sendWhole();
        }
    }

    @Override
    boolean headersAnswered(Lane lane) {
        lane.checkOverflow();
        return true;
    }

    @Override
    boolean trailersArrived(Lane lane) {
        if (!lane.bodySeen()) {
            return false;
        }
        lane.sendWhole();
        return true;
    }
}
