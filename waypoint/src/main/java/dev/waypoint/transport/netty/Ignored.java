package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.UpstreamFailure;

/** Whom events are told when nobody is concerned any more. */
enum Ignored implements RequestEvents, ResponseEvents {
    INSTANCE;

    @Override
    public void onData(HttpData data, boolean end) {
        data.close();
    }

    @Override
    public void onTrailers(HttpHeaders trailers) {}

    @Override
    public void onReset(ResetCode code) {}

    @Override
    public void onWritable() {}

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onHead(ResponseHead head, boolean end) {}

    @Override
    public void onFailure(UpstreamFailure failure) {}
}
