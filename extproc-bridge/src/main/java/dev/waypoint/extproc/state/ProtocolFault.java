package dev.waypoint.extproc.state;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that a processor can do wrong, by name. The token is what Envoy shows as response code details for the same thing,
 * where it has one.
 */
public enum ProtocolFault {
    UNEXPECTED_REPLY(
            Severity.SPURIOUS,
            "spurious_message",
            "The reply does not belong to a message that is waiting for one.",
            "Answer each message once, with the reply of the same kind and direction; answer headers before the body."),
    EMPTY_MESSAGE(
            Severity.SPURIOUS,
            "unhandled_message",
            "The message holds no reply.",
            "Set one of the alternatives of 'response'; metadata, overrides and drain requests ride on a reply."),
    STREAMED_BODY_IN_CHUNK_MODE(
            Severity.SPURIOUS,
            "spurious_message:_streamed_response_is_received_while_body_mode_is_STREAMED",
            "A body reply in STREAMED mode holds a streamed_response.",
            "Use body_mutation.body or clear_body, one reply for each chunk; streamed_response needs FULL_DUPLEX_STREAMED."),
    PLAIN_BODY_IN_DUPLEX_MODE(
            Severity.SPURIOUS,
            "spurious_message:_Normal_body_mutation_response_is_received_while_body_mode__is_FULL_DUPLEX_STREAMED",
            "A body reply in FULL_DUPLEX_STREAMED mode holds no streamed_response.",
            "Send every byte that shall go on as body_mutation.streamed_response; the proxy keeps no copy."),
    IMMEDIATE_RESPONSE_DISABLED(
            Severity.SPURIOUS,
            "unhandled_immediate_response_due_to_config_disabled_it",
            "An immediate response came, but the configuration disables them.",
            "Do not send immediate responses, or have the provider's configuration allow them."),
    LOCAL_BODY_BEFORE_HEADERS(
            Severity.SPURIOUS,
            "local_response_body_received_before_headers",
            "The body of a streamed immediate response came before its headers.",
            "Begin with headers_response."),
    LOCAL_TRAILERS_BEFORE_HEADERS(
            Severity.SPURIOUS,
            "local_response_trailers_received_before_headers",
            "The trailers of a streamed immediate response came before its headers.",
            "Begin with headers_response."),
    LOCAL_BODY_IN_THIS_MODE(
            Severity.SPURIOUS,
            "streaming_local_response_body_is_only_supported_when_request_body_mode_is_NONE_or_FULL_DUPLEX_STREAMED",
            "A streamed immediate response with a body needs the request body mode NONE or FULL_DUPLEX_STREAMED.",
            "Use a plain immediate response, or change the request body mode."),
    SET_CONTAINS_INVALID_CHARACTER(
            Severity.REJECTED,
            "header_mutation_set_contains_invalid_character",
            "A header to be set has a name or value that HTTP does not allow.",
            "Use token characters for names; no NUL, CR or LF in values."),
    REMOVE_CONTAINS_INVALID_CHARACTER(
            Severity.REJECTED,
            "header_mutation_remove_contains_invalid_character",
            "A header to be removed has a name that HTTP does not allow.",
            "Use token characters for names."),
    SET_REFUSED(
            Severity.REJECTED,
            "header_mutation_set_headers_failed",
            "The mutation rules do not let the processor set this header, and a refusal is an error.",
            "Leave the header alone, or extend the mutation rules."),
    REMOVE_REFUSED(
            Severity.REJECTED,
            "header_mutation_remove_headers_failed",
            "The mutation rules do not let the processor remove this header, and a refusal is an error.",
            "Leave the header alone, or extend the mutation rules."),
    TOO_MANY_OPERATIONS(
            Severity.REJECTED,
            "header_mutation_operation_count_exceeds_limit",
            "More headers are set or removed in one message than a message may have.",
            "Change fewer headers."),
    RESULT_TOO_LARGE(
            Severity.REJECTED,
            "header_mutation_result_exceeds_limit",
            "The headers would be too many or too large after the change.",
            "Set fewer or shorter headers."),
    LENGTH_MISMATCH(
            Severity.REJECTED,
            "mismatch_between_content_length_and_the_length_of_the_mutated_body",
            "The new body is not as long as content-length says.",
            "Remove content-length in the header reply, or set the new length in the reply that changes the body."),
    HEADER_REFUSED(
            Severity.IGNORED,
            "header_refused",
            "The mutation rules do not let the processor change this header; the change was left out.",
            "Leave the header alone, or extend the mutation rules."),
    VALUE_NOT_RAW(
            Severity.IGNORED,
            "value_not_raw",
            "A header option fills 'value' and not 'raw_value'; Envoy takes that for an empty value.",
            "Fill raw_value."),
    APPEND_ACTION(
            Severity.IGNORED,
            "append_action",
            "append_action is set; Envoy ignores it and reads only 'append'.",
            "Use 'append', and know that the default overwrites."),
    BODY_MUTATION_IN_HEADER_REPLY(
            Severity.IGNORED,
            "body_mutation_in_header_reply",
            "A header reply changes the body, but its status is CONTINUE; the change was left out.",
            "Use CONTINUE_AND_REPLACE, or answer the body message."),
    HEADER_MUTATION_TOO_LATE(
            Severity.IGNORED,
            "header_mutation_too_late",
            "The reply changes headers that were passed on already; the change was left out.",
            "Change headers in the header reply."),
    TRAILERS_FIELD(
            Severity.IGNORED,
            "trailers_field",
            "CommonResponse.trailers is set; nobody implements it.",
            "Answer the trailers message."),
    TRAILERS_ABSENT(
            Severity.IGNORED,
            "trailers_absent",
            "A trailers reply came, but the message has no trailers; the change was left out.",
            "End the body with streamed_response.end_of_stream."),
    MODE_OVERRIDE_REFUSED(
            Severity.IGNORED,
            "mode_override_refused",
            "The mode override was left out: not allowed, not in the list, or not in a reply to headers.",
            "Send overrides with header replies, in a configuration that allows them."),
    TIMEOUT_OVERRIDE_REFUSED(
            Severity.IGNORED,
            "timeout_override_refused",
            "override_message_timeout was left out: out of range, given twice, or nothing is waiting.",
            "Send it once for each message, from 1 ms up to max_message_timeout."),
    METADATA_REFUSED(
            Severity.IGNORED,
            "metadata_refused",
            "Dynamic metadata of a namespace that the configuration does not receive was dropped.",
            "Add the namespace to the receiving namespaces."),
    LATE_MESSAGE(
            Severity.IGNORED,
            "late_message",
            "A message came after the processing of the exchange had ended.",
            "Stop sending after the last reply, an immediate response, or an error; answer within the message timeout."),
    OBSERVED_REPLY(
            Severity.IGNORED,
            "observed_reply",
            "A reply came although the proxy only shows the exchange and waits for nothing.",
            "Send no replies when observability_mode is set."),
    STREAMED_BODY_IN_WHOLE_REPLY(
            Severity.IGNORED,
            "streamed_body_in_whole_reply",
            "The reply to a whole body holds a streamed_response; the body goes on unchanged.",
            "Use body_mutation.body or clear_body; streamed_response needs FULL_DUPLEX_STREAMED."),
    CLEAR_BODY_FALSE(
            Severity.IGNORED,
            "clear_body_false",
            "A body mutation is clear_body: false, which changes nothing.",
            "Leave the body mutation out, or set clear_body to true."),
    REPLACE_TOO_LATE(
            Severity.IGNORED,
            "replace_too_late",
            "CONTINUE_AND_REPLACE stands in a body reply, where it replaces nothing.",
            "Send it with the header reply, or change the body by body_mutation."),
    ROUTE_NOT_CLEARED(
            Severity.IGNORED,
            "route_not_cleared",
            "clear_route_cache was left out: the reply changes no headers, the request was passed on already, the message is a"
                    + " response, or the configuration keeps routes.",
            "Set it with a header mutation in the reply to the request's headers, in a configuration that allows it."),
    IMMEDIATE_STATUS_CORRECTED(
            Severity.IGNORED,
            "immediate_status_corrected",
            "The status of an immediate response is none that a response can end with; the nearest one was used.",
            "Set a status from 200 to 599."),
    IMMEDIATE_HEADERS_REFUSED(
            Severity.IGNORED,
            "immediate_headers_refused",
            "A header change of an immediate response could not be made; that one and those behind it were left out.",
            "Use legal names and values, and headers that the mutation rules allow."),
    PSEUDO_TRAILER(
            Severity.IGNORED,
            "pseudo_trailer",
            "A trailer of a streamed immediate response has a name that begins with a colon; it was left out.",
            "Send plain trailers only."),
    DRAIN_NOT_SUPPORTED(
            Severity.IGNORED,
            "drain_not_supported",
            "request_drain is set; this proxy does not implement it, as Envoy does not.",
            "Go on until the end of the body, or ask for another mode with mode_override."),
    UNKNOWN_FIELD(
            Severity.IGNORED,
            "unknown_field",
            "The message has fields that this proxy does not know.",
            "Use fields of ext_proc v3; newer ones may need a newer proxy."),
    TIMEOUT(
            Severity.FAILED,
            "ext_proc_error_per-message_timeout_exceeded",
            "No reply came within the message timeout.",
            "Answer faster, ask for time with override_message_timeout, or raise the timeout."),
    STREAM_FAILED(
            Severity.FAILED,
            "ext_proc_error_gRPC_error",
            "The stream ended with an error.",
            "Look at the status and at the processor's log."),
    BYTES_LOST(
            Severity.FAILED,
            "full_duplex_bytes_lost",
            "The stream was ended with OK in FULL_DUPLEX_STREAMED mode before the body that the processor had been given came back.",
            "Send the end of the body before ending the stream.");

    /** What follows from a fault. */
    public enum Severity {
        /** The message does not fit: an error reply, or bypass where failing open is allowed. */
        SPURIOUS,
        /** The message fits, its content cannot be used: an error reply, always. */
        REJECTED,
        /** The exchange goes on without what was wrong. */
        IGNORED,
        /** The processor failed: an error reply, or bypass where failing open is allowed. */
        FAILED
    }

    private final String anchor = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final Severity severity;
    private final String token;
    private final String explanation;
    private final String remedy;

    ProtocolFault(Severity severity, String token, String explanation, String remedy) {
        this.severity = severity;
        this.token = token;
        this.explanation = explanation;
        this.remedy = remedy;
    }

    /** What follows. */
    public Severity severity() {
        return severity;
    }

    /** The word for access logs and metrics. */
    public String token() {
        return token;
    }

    /** The name of the rule that was broken, in logs, metrics and transcripts, and on the page of the rules. */
    public String anchor() {
        return anchor;
    }

    /** The fault of a rule's name. */
    public static Optional<ProtocolFault> ofAnchor(String anchor) {
        return Arrays.stream(values())
                .filter(fault -> fault.anchor.equals(anchor))
                .findFirst();
    }

    /** What was wrong. */
    public String explanation() {
        return explanation;
    }

    /** What the processor's author should do. */
    public String remedy() {
        return remedy;
    }
}
