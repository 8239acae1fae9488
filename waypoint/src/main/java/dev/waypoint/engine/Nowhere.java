package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;

/** Where a message goes that nobody is to see: the part of a flow that is the same in both directions. */
abstract class Nowhere {

    public void data(HttpData data, boolean end) {
        data.close();
    }

    public void trailers(HttpHeaders trailers) {}

    public boolean isWritable() {
        return true;
    }

    public void pause() {}

    public void resume() {}
}
