package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;

/** NONE: data passes. */
final class NoBody extends BodyHandling {

    @Override
    BodyMode mode() {
        return BodyMode.NONE;
    }

    @Override
    void data(Lane lane, HttpData data, boolean end) {
        lane.passage().passData(data, end);
    }

    @Override
    boolean isDone(Lane lane) {
        return true;
    }
}
