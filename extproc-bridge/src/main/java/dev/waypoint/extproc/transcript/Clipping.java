package dev.waypoint.extproc.transcript;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;

/** Cuts the bodies of messages to a length. */
final class Clipping {

    private Clipping() {}

    static int omitted(ProcessingRequest message, int limit) {
        return Math.max(0, bodyOf(message).size() - limit);
    }

    static int omitted(ProcessingResponse message, int limit) {
        return Math.max(0, bodyOf(message).size() - limit);
    }

    static ByteString bodyOf(ProcessingRequest message) {
        return switch (message.getRequestCase()) {
            case REQUEST_BODY -> message.getRequestBody().getBody();
            case RESPONSE_BODY -> message.getResponseBody().getBody();
            case REQUEST_HEADERS, RESPONSE_HEADERS, REQUEST_TRAILERS, RESPONSE_TRAILERS, REQUEST_NOT_SET ->
                ByteString.EMPTY;
        };
    }

    static ByteString bodyOf(ProcessingResponse message) {
        return switch (message.getResponseCase()) {
            case REQUEST_HEADERS -> bodyOf(message.getRequestHeaders().getResponse());
            case RESPONSE_HEADERS -> bodyOf(message.getResponseHeaders().getResponse());
            case REQUEST_BODY -> bodyOf(message.getRequestBody().getResponse());
            case RESPONSE_BODY -> bodyOf(message.getResponseBody().getResponse());
            case IMMEDIATE_RESPONSE -> message.getImmediateResponse().getBody();
            case STREAMED_IMMEDIATE_RESPONSE ->
                message.getStreamedImmediateResponse().getBodyResponse().getBody();
            case REQUEST_TRAILERS, RESPONSE_TRAILERS, RESPONSE_NOT_SET -> ByteString.EMPTY;
        };
    }

    private static ByteString bodyOf(CommonResponse reply) {
        BodyMutation mutation = reply.getBodyMutation();
        return mutation.hasStreamedResponse() ? mutation.getStreamedResponse().getBody() : mutation.getBody();
    }

    static ProcessingRequest clip(ProcessingRequest message, int limit) {
        if (omitted(message, limit) == 0) {
            return message;
        }
        ByteString body = bodyOf(message).substring(0, limit);
        ProcessingRequest.Builder clipped = message.toBuilder();
        if (message.hasRequestBody()) {
            clipped.getRequestBodyBuilder().setBody(body);
        } else {
            clipped.getResponseBodyBuilder().setBody(body);
        }
        return clipped.build();
    }

    static ProcessingResponse clip(ProcessingResponse message, int limit) {
        if (omitted(message, limit) == 0) {
            return message;
        }
        ByteString body = bodyOf(message).substring(0, limit);
        ProcessingResponse.Builder clipped = message.toBuilder();
        switch (message.getResponseCase()) {
            case REQUEST_HEADERS -> clip(clipped.getRequestHeadersBuilder().getResponseBuilder(), body);
            case RESPONSE_HEADERS -> clip(clipped.getResponseHeadersBuilder().getResponseBuilder(), body);
            case REQUEST_BODY -> clip(builder(clipped.getRequestBodyBuilder()), body);
            case RESPONSE_BODY -> clip(builder(clipped.getResponseBodyBuilder()), body);
            case IMMEDIATE_RESPONSE -> clipped.getImmediateResponseBuilder().setBody(body);
            case STREAMED_IMMEDIATE_RESPONSE ->
                clipped.getStreamedImmediateResponseBuilder()
                        .getBodyResponseBuilder()
                        .setBody(body);
            case REQUEST_TRAILERS, RESPONSE_TRAILERS, RESPONSE_NOT_SET ->
                throw new IllegalStateException("a message without body was to be cut");
        }
        return clipped.build();
    }

    private static CommonResponse.Builder builder(BodyResponse.Builder reply) {
        return reply.getResponseBuilder();
    }

    private static void clip(CommonResponse.Builder reply, ByteString body) {
        if (reply.getBodyMutation().hasStreamedResponse()) {
            reply.getBodyMutationBuilder().getStreamedResponseBuilder().setBody(body);
        } else {
            reply.getBodyMutationBuilder().setBody(body);
        }
    }
}
