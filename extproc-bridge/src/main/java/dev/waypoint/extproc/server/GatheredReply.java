package dev.waypoint.extproc.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamedReply;
import java.io.ByteArrayOutputStream;
import java.util.OptionalInt;

/** An answer in pieces where only one message can carry it: its pieces are joined; trailers cannot be carried. */
final class GatheredReply implements StreamedReply {

    private final RequestLane lane;
    private final ResponseHead head;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    GatheredReply(RequestLane lane, ResponseHead head, boolean end) {
        this.lane = lane;
        this.head = head;
        if (end) {
            finish();
        }
    }

    private void finish() {
        HttpHeaders headers = head.headers().build();
        String grpcStatus = headers.get("grpc-status", "");
        OptionalInt grpc = grpcStatus.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(grpcStatus));
        lane.reply(new LocalReply(
                head.status(), headers, HttpData.wrap(body.toByteArray()), ReplyCause.FILTER, "streamed_reply", grpc));
    }

    @Override
    public void data(HttpData data, boolean end) {
        body.writeBytes(data.array());
        data.close();
        if (end) {
            finish();
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        head.headers().add(trailers);
        finish();
    }

    @Override
    public void abort() {
        lane.stream.abort("the filter broke its answer off");
    }
}
