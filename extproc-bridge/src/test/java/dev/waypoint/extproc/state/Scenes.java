package dev.waypoint.extproc.state;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.extproc.v3.TrailersResponse;
import java.util.List;

/** Settings and messages that the tests share. */
final class Scenes {

    private Scenes() {}

    static Modes modes(BodyMode request, BodyMode response, SendMode trailers) {
        return new Modes(SendMode.DEFAULT, SendMode.DEFAULT, request, response, trailers, trailers);
    }

    static MachineSettings settings(Modes modes) {
        return settings(modes, false, Profile.ENVOY, 1 << 20);
    }

    static MachineSettings settings(Modes modes, boolean failOpen, Profile profile, long buffer) {
        return new MachineSettings(
                modes,
                modes,
                List.of(),
                new MachineSettings.Permissions(true, true, false, MachineSettings.RouteCache.DEFAULT),
                failOpen,
                500,
                false,
                false,
                new MachineSettings.Timeouts(200, 1000),
                new MachineSettings.Buffers(buffer, buffer),
                profile,
                new HeaderMutator(MutationRules.DEFAULT, profile, HeaderLimits.DEFAULT));
    }

    static ProcessingResponse.Builder headers(Direction direction, CommonResponse.Builder reply) {
        HeadersResponse response =
                HeadersResponse.newBuilder().setResponse(reply).build();
        return direction == Direction.REQUEST
                ? ProcessingResponse.newBuilder().setRequestHeaders(response)
                : ProcessingResponse.newBuilder().setResponseHeaders(response);
    }

    static ProcessingResponse.Builder body(Direction direction, CommonResponse.Builder reply) {
        BodyResponse response = BodyResponse.newBuilder().setResponse(reply).build();
        return direction == Direction.REQUEST
                ? ProcessingResponse.newBuilder().setRequestBody(response)
                : ProcessingResponse.newBuilder().setResponseBody(response);
    }

    static ProcessingResponse.Builder trailers(Direction direction) {
        return direction == Direction.REQUEST
                ? ProcessingResponse.newBuilder().setRequestTrailers(TrailersResponse.getDefaultInstance())
                : ProcessingResponse.newBuilder().setResponseTrailers(TrailersResponse.getDefaultInstance());
    }

    static CommonResponse.Builder proceed() {
        return CommonResponse.newBuilder();
    }

    static CommonResponse.Builder replaceBody(String text) {
        return CommonResponse.newBuilder()
                .setBodyMutation(BodyMutation.newBuilder().setBody(ByteString.copyFromUtf8(text)));
    }

    static CommonResponse.Builder streamed(ByteString text, boolean end) {
        return CommonResponse.newBuilder()
                .setBodyMutation(BodyMutation.newBuilder()
                        .setStreamedResponse(
                                StreamedBodyResponse.newBuilder().setBody(text).setEndOfStream(end)));
    }

    static HeaderMutation set(String name, String value) {
        return HeaderMutation.newBuilder().addSetHeaders(option(name, value)).build();
    }

    static HeaderValueOption option(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)))
                .build();
    }
}
