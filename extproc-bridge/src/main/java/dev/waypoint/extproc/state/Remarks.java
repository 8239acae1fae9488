package dev.waypoint.extproc.state;

import com.google.protobuf.UnknownFieldSet;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.ImmediateResponse;
import dev.waypoint.extproc.v3.ProcessingResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Names what in a message has no effect, whatever the state of the exchange. Looks only, changes nothing. */
final class Remarks {

    private static final int MOST_TEXT = 200;

    private final Effects out;

    Remarks(Effects out) {
        this.out = out;
    }

    /** What kind of message it is, for people. */
    static String describe(ProcessingResponse message) {
        return message.getResponseCase() == ProcessingResponse.ResponseCase.RESPONSE_NOT_SET
                ? "a message without reply"
                : message.getResponseCase().name().toLowerCase(Locale.ROOT);
    }

    /** The same with the names of the headers that it changes; values are nobody's business. */
    static String describeFully(ProcessingResponse message) {
        HeaderMutation mutation = mutation(message);
        List<String> names = new ArrayList<>(mutation.getRemoveHeadersList());
        mutation.getSetHeadersList()
                .forEach(option -> names.add(option.getHeader().getKey()));
        if (names.isEmpty()) {
            return describe(message);
        }
        String text = describe(message) + " changing " + String.join(", ", names);
        return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…";
    }

    private static HeaderMutation mutation(ProcessingResponse message) {
        return switch (message.getResponseCase()) {
            case REQUEST_HEADERS -> message.getRequestHeaders().getResponse().getHeaderMutation();
            case RESPONSE_HEADERS -> message.getResponseHeaders().getResponse().getHeaderMutation();
            case REQUEST_BODY -> message.getRequestBody().getResponse().getHeaderMutation();
            case RESPONSE_BODY -> message.getResponseBody().getResponse().getHeaderMutation();
            case REQUEST_TRAILERS -> message.getRequestTrailers().getHeaderMutation();
            case RESPONSE_TRAILERS -> message.getResponseTrailers().getHeaderMutation();
            case IMMEDIATE_RESPONSE -> message.getImmediateResponse().getHeaders();
            case STREAMED_IMMEDIATE_RESPONSE, RESPONSE_NOT_SET -> HeaderMutation.getDefaultInstance();
        };
    }

    void on(ProcessingResponse message) {
        if (message.getRequestDrain()) {
            out.fault(ProtocolFault.DRAIN_NOT_SUPPORTED, describe(message), "");
        }
        UnknownFieldSet unknown = message.getUnknownFields();
        if (!unknown.isEmpty()) {
            out.fault(
                    ProtocolFault.UNKNOWN_FIELD,
                    describe(message) + " with field " + unknown.asMap().keySet(),
                    "");
        }
        switch (message.getResponseCase()) {
            case REQUEST_HEADERS -> trailersField(message.getRequestHeaders().getResponse(), "header reply");
            case RESPONSE_HEADERS -> {
                trailersField(message.getResponseHeaders().getResponse(), "header reply");
                responseRoute(message.getResponseHeaders().getResponse());
            }
            case REQUEST_BODY -> bodyReply(message.getRequestBody().getResponse());
            case RESPONSE_BODY -> {
                bodyReply(message.getResponseBody().getResponse());
                responseRoute(message.getResponseBody().getResponse());
            }
            case IMMEDIATE_RESPONSE -> immediate(message.getImmediateResponse());
            case REQUEST_TRAILERS, RESPONSE_TRAILERS, STREAMED_IMMEDIATE_RESPONSE, RESPONSE_NOT_SET -> {}
        }
    }

    private void responseRoute(CommonResponse reply) {
        if (reply.getClearRouteCache()) {
            out.fault(ProtocolFault.ROUTE_NOT_CLEARED, "clear_route_cache in a reply about the response", "");
        }
    }

    private void trailersField(CommonResponse reply, String where) {
        if (reply.hasTrailers()) {
            out.fault(ProtocolFault.TRAILERS_FIELD, where, "");
        }
    }

    private void bodyReply(CommonResponse reply) {
        if (reply.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE) {
            out.fault(ProtocolFault.REPLACE_TOO_LATE, "body reply", "");
        }
        BodyMutation body = reply.getBodyMutation();
        if (body.getMutationCase() == BodyMutation.MutationCase.CLEAR_BODY && !body.getClearBody()) {
            out.fault(ProtocolFault.CLEAR_BODY_FALSE, "body reply", "");
        }
        trailersField(reply, "body reply");
    }

    private void immediate(ImmediateResponse reply) {
        int status = reply.getStatus().getCodeValue();
        if (status < 200 || status > 599) {
            out.fault(ProtocolFault.IMMEDIATE_STATUS_CORRECTED, "status " + status, "200 to 599");
        }
    }
}
