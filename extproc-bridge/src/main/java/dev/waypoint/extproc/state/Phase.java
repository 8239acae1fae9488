package dev.waypoint.extproc.state;

import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import java.util.Locale;

/** What a message is about. */
public enum Phase {
    REQUEST_HEADERS,
    REQUEST_BODY,
    REQUEST_TRAILERS,
    RESPONSE_HEADERS,
    RESPONSE_BODY,
    RESPONSE_TRAILERS,
    IMMEDIATE_RESPONSE,
    /** Messages that hold none of the others. */
    NOTHING;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** What a message to the processor is about. */
    public static Phase of(ProcessingRequest message) {
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> REQUEST_HEADERS;
            case REQUEST_BODY -> REQUEST_BODY;
            case REQUEST_TRAILERS -> REQUEST_TRAILERS;
            case RESPONSE_HEADERS -> RESPONSE_HEADERS;
            case RESPONSE_BODY -> RESPONSE_BODY;
            case RESPONSE_TRAILERS -> RESPONSE_TRAILERS;
            case REQUEST_NOT_SET -> NOTHING;
        };
    }

    /** What a processor's message is about. */
    public static Phase of(ProcessingResponse message) {
        return switch (message.getResponseCase()) {
            case REQUEST_HEADERS -> REQUEST_HEADERS;
            case REQUEST_BODY -> REQUEST_BODY;
            case REQUEST_TRAILERS -> REQUEST_TRAILERS;
            case RESPONSE_HEADERS -> RESPONSE_HEADERS;
            case RESPONSE_BODY -> RESPONSE_BODY;
            case RESPONSE_TRAILERS -> RESPONSE_TRAILERS;
            case IMMEDIATE_RESPONSE, STREAMED_IMMEDIATE_RESPONSE -> IMMEDIATE_RESPONSE;
            case RESPONSE_NOT_SET -> NOTHING;
        };
    }

    /** The name in metrics, logs and transcripts, as in the protocol: {@code request_headers}. */
    public String word() {
        return word;
    }

    /** The phase of a name. */
    public static Phase ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
