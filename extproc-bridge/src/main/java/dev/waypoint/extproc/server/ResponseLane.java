package dev.waypoint.extproc.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.state.HeaderFields;
import dev.waypoint.extproc.state.Heads;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;

/** The response direction of a served filter. */
final class ResponseLane extends FilterLane implements ResponseFlow {

    ResponseLane(FilterStream stream) {
        super(stream, Direction.RESPONSE);
    }

    void onHead(dev.waypoint.extproc.v3.HttpHeaders message) {
        MessageHeaders came = MessageHeaders.of(message.getHeaders());
        HttpHeadersBuilder headers = HttpHeaders.builder();
        for (MessageHeaders.Field field : came.fields()) {
            if (!field.name().startsWith(":")) {
                headers.add(field.name(), field.value());
            }
        }
        int status = Integer.parseInt(came.first(":status").orElse("200"));
        stream.exchange().response(new ResponseHead(status, headers));
        received(message.getEndOfStream());
    }

    @Override
    BodyDemand demand() {
        return stream.session().responseDemand();
    }

    @Override
    HeaderFields fields() {
        return Heads.of(current());
    }

    @Override
    void giveHead(boolean end) {
        stream.session().onResponseHead(current(), end, this);
    }

    @Override
    void giveData(HttpData data, boolean end) {
        stream.session().onResponseData(data, end, this);
    }

    @Override
    void giveTrailers(HttpHeaders trailers) {
        stream.session().onResponseTrailers(trailers, this);
    }

    @Override
    int overflowStatus() {
        return 500;
    }

    void writable() {
        if (isHeadPassed()) {
            stream.session().onResponseWritable(this);
        }
    }

    @Override
    public ResponseHead current() {
        return stream.exchange()
                .response()
                .orElseThrow(() -> new IllegalStateException("the response's head did not come yet"));
    }
}
