package dev.waypoint.extproc.server;

import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeaderChanges.Change;
import dev.waypoint.extproc.processor.ImmediateAnswer;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.GrpcStatus;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.HttpStatus;
import dev.waypoint.extproc.v3.ImmediateResponse;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.extproc.v3.TrailersResponse;
import java.nio.charset.StandardCharsets;

/** Builds what a processor says. Header changes use the fields that Envoy reads: {@code raw_value} and {@code append}. */
final class Wire {

    private Wire() {}

    static HeaderMutation mutation(HeaderChanges changes) {
        HeaderMutation.Builder mutation = HeaderMutation.newBuilder();
        for (Change change : changes.changes()) {
            switch (change) {
                case Change.Set set -> mutation.addSetHeaders(option(set.name(), set.value(), false));
                case Change.Add add -> mutation.addSetHeaders(option(add.name(), add.value(), true));
                case Change.Remove remove -> mutation.addRemoveHeaders(remove.name());
            }
        }
        return mutation.build();
    }

    private static HeaderValueOption option(String name, String value, boolean append) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder()
                        .setKey(name)
                        .setRawValue(ByteString.copyFrom(value, StandardCharsets.ISO_8859_1)))
                .setAppend(BoolValue.of(append))
                .build();
    }

    static ProcessingResponse.Builder headers(Direction direction, CommonResponse reply) {
        HeadersResponse headers =
                HeadersResponse.newBuilder().setResponse(reply).build();
        return direction == Direction.REQUEST
                ? ProcessingResponse.newBuilder().setRequestHeaders(headers)
                : ProcessingResponse.newBuilder().setResponseHeaders(headers);
    }

    static ProcessingResponse.Builder body(Direction direction, CommonResponse reply) {
        BodyResponse body = BodyResponse.newBuilder().setResponse(reply).build();
        return direction == Direction.REQUEST
                ? ProcessingResponse.newBuilder().setRequestBody(body)
                : ProcessingResponse.newBuilder().setResponseBody(body);
    }

    /** The body of a reply in place of the one that came. */
    static BodyMutation replacement(ByteString bytes) {
        return bytes.isEmpty()
                ? BodyMutation.newBuilder().setClearBody(true).build()
                : BodyMutation.newBuilder().setBody(bytes).build();
    }

    /** A piece of a body in mode FULL_DUPLEX_STREAMED. */
    static ProcessingResponse.Builder piece(Direction direction, ByteString bytes, boolean end) {
        return body(
                direction,
                CommonResponse.newBuilder()
                        .setBodyMutation(BodyMutation.newBuilder()
                                .setStreamedResponse(StreamedBodyResponse.newBuilder()
                                        .setBody(bytes)
                                        .setEndOfStream(end)))
                        .build());
    }

    static ProcessingResponse.Builder trailers(Direction direction, HeaderChanges changes) {
        TrailersResponse.Builder trailers = TrailersResponse.newBuilder();
        if (!changes.isEmpty()) {
            trailers.setHeaderMutation(mutation(changes));
        }
        return direction == Direction.REQUEST
                ? ProcessingResponse.newBuilder().setRequestTrailers(trailers)
                : ProcessingResponse.newBuilder().setResponseTrailers(trailers);
    }

    static ProcessingResponse.Builder immediate(ImmediateAnswer answer) {
        ImmediateResponse.Builder reply = ImmediateResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCodeValue(answer.status()))
                .setBody(answer.body())
                .setDetails(answer.details());
        if (!answer.headers().isEmpty()) {
            reply.setHeaders(mutation(answer.headers()));
        }
        answer.grpcStatus()
                .ifPresent(status -> reply.setGrpcStatus(GrpcStatus.newBuilder().setStatus(status)));
        return ProcessingResponse.newBuilder().setImmediateResponse(reply);
    }
}
