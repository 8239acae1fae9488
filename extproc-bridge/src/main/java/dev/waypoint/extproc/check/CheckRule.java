package dev.waypoint.extproc.check;

import java.util.Locale;

/** What a processor must do besides what {@link dev.waypoint.extproc.state.ProtocolFault} has names for. */
public enum CheckRule {
    REACHABLE(
            "The processor accepts gRPC streams.",
            "Start it, and check host and port; it must speak HTTP/2 in plain text."),
    ANSWERED(
            "Every message that waits for a reply gets one, and a FULL_DUPLEX_STREAMED body gets its end.",
            "Answer every message, also empty last pieces; end duplex bodies with end_of_stream or a trailers reply."),
    PROMPT(
            "Replies come within the proxy's message timeout, which is 200 ms unless configured.",
            "Answer faster, or have the proxy's configuration give more time."),
    HALF_CLOSE(
            "When the proxy half-closes, the processor ends the stream with OK.",
            "Return from the handler without an error when no more messages come."),
    CANCELLATION(
            "A stream that the proxy resets, as Envoy does at the end of most exchanges, harms no other.",
            "Treat cancellation as the normal end of an exchange."),
    UNKNOWN_FIELDS(
            "Fields that the processor does not know are passed over: proxies of newer versions send them.",
            "Do not reject messages with unknown fields."),
    UNKNOWN_MESSAGE(
            "A message without a known payload is passed over, without a reply and without an error.",
            "Ignore messages whose 'request' is not set."),
    NO_PROTOCOL_CONFIG(
            "protocol_config may be absent: older proxies do not send it.",
            "Fall back on the mode that the processor is documented for."),
    OBSERVED(
            "In observability mode messages come without waiting for replies, and the stream is not ended with an error.",
            "Read on; replies are ignored."),
    SLOW_CONSUMER(
            "A proxy that does not read for a while gets everything once it reads again.",
            "Write with flow control, and do not give a stream up because it is slow."),
    PARALLEL(
            "Many exchanges at once are answered.",
            "Serve each stream on its own; do not share state between them without a lock, and have threads enough.");

    private final String explanation;
    private final String remedy;

    CheckRule(String explanation, String remedy) {
        this.explanation = explanation;
        this.remedy = remedy;
    }

    /** The rule's name. */
    public String anchor() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What is expected. */
    public String explanation() {
        return explanation;
    }

    /** What the processor's author should do. */
    public String remedy() {
        return remedy;
    }

    Complaint broken(String received) {
        return new Complaint(true, anchor(), explanation, received, remedy);
    }

    Complaint doubtful(String received) {
        return new Complaint(false, anchor(), explanation, received, remedy);
    }
}
