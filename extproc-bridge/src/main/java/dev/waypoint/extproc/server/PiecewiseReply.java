package dev.waypoint.extproc.server;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.state.HeaderFields;
import dev.waypoint.extproc.state.Heads;
import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.extproc.v3.StreamedImmediateResponse;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamedReply;
import java.nio.charset.StandardCharsets;

/** An answer in pieces, as {@code streamed_immediate_response}. */
final class PiecewiseReply implements StreamedReply {

    private final FilterStream stream;

    PiecewiseReply(FilterStream stream, ResponseHead head, boolean end) {
        this.stream = stream;
        HttpHeaders headers = HttpHeaders.newBuilder()
                .setHeaders(map(Heads.of(head)))
                .setEndOfStream(end)
                .build();
        say(StreamedImmediateResponse.newBuilder().setHeadersResponse(headers), end);
    }

    private static HeaderMap map(HeaderFields fields) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        fields.forEach((name, value) -> map.addHeaders(HeaderValue.newBuilder()
                .setKey(name.toString())
                .setRawValue(ByteString.copyFrom(value, StandardCharsets.ISO_8859_1))));
        return map.build();
    }

    private void say(StreamedImmediateResponse.Builder part, boolean end) {
        stream.say(ProcessingResponse.newBuilder().setStreamedImmediateResponse(part));
        if (end) {
            stream.finish();
        }
    }

    @Override
    public void data(HttpData data, boolean end) {
        ByteString bytes = ByteString.copyFrom(data.array());
        data.close();
        say(
                StreamedImmediateResponse.newBuilder()
                        .setBodyResponse(
                                StreamedBodyResponse.newBuilder().setBody(bytes).setEndOfStream(end)),
                end);
    }

    @Override
    public void trailers(com.linecorp.armeria.common.HttpHeaders trailers) {
        say(StreamedImmediateResponse.newBuilder().setTrailersResponse(map(Heads.of(trailers.toBuilder()))), true);
    }

    @Override
    public void abort() {
        stream.abort("the filter broke its answer off");
    }
}
