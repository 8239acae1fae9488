package dev.waypoint.extproc.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.state.HeaderFields;
import dev.waypoint.extproc.state.Heads;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamedReply;

/** The request direction of a served filter. */
final class RequestLane extends FilterLane implements RequestFlow {

    RequestLane(FilterStream stream) {
        super(stream, Direction.REQUEST);
    }

    void onHead(dev.waypoint.extproc.v3.HttpHeaders message) {
        MessageHeaders came = MessageHeaders.of(message.getHeaders());
        HttpHeadersBuilder headers = HttpHeaders.builder();
        for (MessageHeaders.Field field : came.fields()) {
            if (!field.name().startsWith(":") && !field.name().equals("host")) {
                headers.add(field.name(), field.value());
            }
        }
        RequestHead head = new RequestHead(
                came.first(":method").orElse("GET"),
                came.first(":scheme").orElse("http"),
                came.first(":authority").or(() -> came.first("host")).orElse(""),
                came.first(":path").orElse("/"),
                headers);
        stream.exchange().request(head);
        received(message.getEndOfStream());
    }

    @Override
    BodyDemand demand() {
        return stream.session().requestDemand();
    }

    @Override
    HeaderFields fields() {
        return Heads.of(current());
    }

    @Override
    void giveHead(boolean end) {
        stream.session().onRequestHead(current(), end, this);
    }

    @Override
    void giveData(HttpData data, boolean end) {
        stream.session().onRequestData(data, end, this);
    }

    @Override
    void giveTrailers(HttpHeaders trailers) {
        stream.session().onRequestTrailers(trailers, this);
    }

    @Override
    int overflowStatus() {
        return 413;
    }

    void writable() {
        if (isHeadPassed()) {
            stream.session().onRequestWritable(this);
        }
    }

    @Override
    public RequestHead current() {
        return stream.exchange().request();
    }

    /** Piece by piece where the protocol allows it: while the headers wait, and bodies are not buffered; else in one piece. */
    @Override
    public StreamedReply reply(ResponseHead head, boolean end) {
        BodyMode mode = stream.bodyMode(Direction.REQUEST);
        boolean allowed = owesHead() && (end || mode == BodyMode.NONE || mode == BodyMode.FULL_DUPLEX_STREAMED);
        return allowed ? new PiecewiseReply(stream, head, end) : new GatheredReply(this, head, end);
    }
}
