package dev.waypoint.extproc.replay;

import dev.waypoint.extproc.transcript.Transcript;
import dev.waypoint.extproc.v3.ProcessingResponse;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a processor did in one exchange.
 *
 * @param replies its messages, in order
 * @param end how the stream ended: {@code open} if the processor left that to the proxy, {@code ok}, or {@code gRPC status N}
 */
record Answers(List<ProcessingResponse> replies, String end) {

    static final String OPEN = "open";
    static final String OK = "ok";

    private static final Pattern STATUS = Pattern.compile("gRPC status ([0-9]+)");

    Answers {
        replies = List.copyOf(replies);
    }

    static String failed(int code) {
        return "gRPC status " + code;
    }

    /** What was recorded. */
    static Answers of(Transcript transcript) {
        String end = transcript.entries().stream()
                .filter(Transcript.Ended.class::isInstance)
                .map(entry -> end((Transcript.Ended) entry))
                .findFirst()
                .orElse(OPEN);
        return new Answers(
                transcript.received().map(Transcript.Received::message).toList(), end);
    }

    private static String end(Transcript.Ended ended) {
        return switch (ended.how()) {
            case CLOSED_BY_PROXY -> OPEN;
            case ENDED_BY_PROCESSOR -> OK;
            case FAILED -> {
                Matcher status = STATUS.matcher(ended.detail());
                yield status.lookingAt() ? status.group() : ended.detail().toLowerCase(Locale.ROOT);
            }
        };
    }
}
