package dev.waypoint.extproc.transcript;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.state.Phase;
import dev.waypoint.extproc.transcript.Transcript.Ended;
import dev.waypoint.extproc.transcript.Transcript.Entry;
import dev.waypoint.extproc.transcript.Transcript.Faulty;
import dev.waypoint.extproc.transcript.Transcript.Received;
import dev.waypoint.extproc.transcript.Transcript.Sent;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HttpBody;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.ImmediateResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedImmediateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A transcript for people: one rung for each message, in order, with its time, and what it says below. */
public final class Ladder {

    private static final int MOST_TEXT = 100;
    private static final String INDENT = " ".repeat(16);

    private final StringBuilder out = new StringBuilder();

    private Ladder() {}

    /** The whole transcript. */
    public static String of(Transcript transcript) {
        Ladder ladder = new Ladder();
        Transcript.Origin origin = transcript.origin();
        ladder.out
                .append(origin.request())
                .append("  ")
                .append(origin.started())
                .append("  (")
                .append(origin.reason())
                .append(")\n");
        ladder.out.append("processor ").append(origin.provider());
        ladder.out.append(", called by ").append(origin.owner());
        ladder.out.append(", request ").append(origin.requestId()).append("\n\n");
        transcript.entries().forEach(ladder::entry);
        return ladder.out.toString();
    }

    private void entry(Entry entry) {
        out.append(String.format(Locale.ROOT, "%9.3f ms  ", entry.atMicros() / 1000.0));
        switch (entry) {
            case Sent sent -> {
                rung("──▶ ", Phase.of(sent.message()), sent.bytes(), "");
                details(said(sent.message()), sent.omitted());
            }
            case Received received -> {
                String took = received.tookMicros() < 0
                        ? ""
                        : String.format(Locale.ROOT, "  after %.3f ms", received.tookMicros() / 1000.0);
                rung("◀── ", Phase.of(received.message()), received.bytes(), took);
                details(said(received.message()), received.omitted());
            }
            case Faulty faulty -> {
                out.append(" ✗  ").append(faulty.fault().anchor()).append(": ");
                out.append(faulty.fault().explanation()).append('\n');
                line("received " + faulty.received());
                if (!faulty.expected().isEmpty()) {
                    line("expected " + faulty.expected());
                }
                line(faulty.fault().remedy());
            }
            case Ended ended -> {
                out.append(" ■  ")
                        .append(ended.how().name().toLowerCase(Locale.ROOT).replace('_', ' '));
                out.append(ended.detail().isEmpty() ? "" : ": " + ended.detail())
                        .append('\n');
            }
        }
    }

    private void rung(String arrow, Phase phase, int bytes, String rest) {
        out.append(arrow).append(phase.word()).append("  ").append(bytes).append(" bytes");
        out.append(rest).append('\n');
    }

    private void details(List<String> lines, int omitted) {
        lines.forEach(this::line);
        if (omitted > 0) {
            line(omitted + " bytes of the body were not recorded");
        }
    }

    private void line(String text) {
        out.append(INDENT).append(text).append('\n');
    }

    private static List<String> said(ProcessingRequest message) {
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> headers(message.getRequestHeaders());
            case RESPONSE_HEADERS -> headers(message.getResponseHeaders());
            case REQUEST_BODY -> body(message.getRequestBody());
            case RESPONSE_BODY -> body(message.getResponseBody());
            case REQUEST_TRAILERS -> map(message.getRequestTrailers().getTrailers());
            case RESPONSE_TRAILERS -> map(message.getResponseTrailers().getTrailers());
            case REQUEST_NOT_SET -> List.of();
        };
    }

    private static List<String> headers(HttpHeaders headers) {
        List<String> lines = new ArrayList<>(map(headers.getHeaders()));
        if (headers.getEndOfStream()) {
            lines.add("no body follows");
        }
        return lines;
    }

    private static List<String> map(HeaderMap map) {
        return map.getHeadersList().stream().map(Ladder::header).toList();
    }

    private static String header(HeaderValue header) {
        return header.getKey() + ": "
                + (header.getRawValue().isEmpty()
                        ? header.getValue()
                        : header.getRawValue().toStringUtf8());
    }

    private static List<String> body(HttpBody body) {
        return List.of(bytes(body.getBody()) + (body.getEndOfStream() ? ", the end" : ""));
    }

    private static String bytes(ByteString bytes) {
        if (!bytes.isValidUtf8()) {
            return bytes.size() + " bytes of data";
        }
        String text = bytes.toStringUtf8().replace("\n", "\\n").replace("\r", "\\r");
        return "\"" + (text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…") + "\"";
    }

    private static List<String> said(ProcessingResponse message) {
        List<String> lines = new ArrayList<>();
        switch (message.getResponseCase()) {
            case REQUEST_HEADERS -> common(message.getRequestHeaders().getResponse(), lines);
            case RESPONSE_HEADERS -> common(message.getResponseHeaders().getResponse(), lines);
            case REQUEST_BODY -> common(message.getRequestBody().getResponse(), lines);
            case RESPONSE_BODY -> common(message.getResponseBody().getResponse(), lines);
            case REQUEST_TRAILERS -> mutation(message.getRequestTrailers().getHeaderMutation(), lines);
            case RESPONSE_TRAILERS -> mutation(message.getResponseTrailers().getHeaderMutation(), lines);
            case IMMEDIATE_RESPONSE -> immediate(message.getImmediateResponse(), lines);
            case STREAMED_IMMEDIATE_RESPONSE -> streamed(message.getStreamedImmediateResponse(), lines);
            case RESPONSE_NOT_SET -> {}
        }
        if (message.hasModeOverride()) {
            lines.add("mode override " + MessageJson.of(message.getModeOverride()));
        }
        if (message.hasOverrideMessageTimeout()) {
            lines.add("asks for " + message.getOverrideMessageTimeout().getSeconds() + " s "
                    + message.getOverrideMessageTimeout().getNanos() + " ns");
        }
        if (message.hasDynamicMetadata()) {
            lines.add("metadata " + MessageJson.of(message.getDynamicMetadata()));
        }
        return lines.isEmpty() ? List.of("go on, nothing changes") : lines;
    }

    private static void common(CommonResponse reply, List<String> lines) {
        if (reply.getStatus() != CommonResponse.ResponseStatus.CONTINUE) {
            lines.add(reply.getStatus().name());
        }
        mutation(reply.getHeaderMutation(), lines);
        BodyMutation body = reply.getBodyMutation();
        switch (body.getMutationCase()) {
            case BODY -> lines.add("body " + bytes(body.getBody()));
            case CLEAR_BODY -> lines.add("clear the body");
            case STREAMED_RESPONSE ->
                lines.add("streamed " + bytes(body.getStreamedResponse().getBody())
                        + (body.getStreamedResponse().getEndOfStream() ? ", the end" : ""));
            case MUTATION_NOT_SET -> {}
        }
        if (reply.getClearRouteCache()) {
            lines.add("choose the route again");
        }
    }

    private static void mutation(HeaderMutation mutation, List<String> lines) {
        mutation.getRemoveHeadersList().forEach(name -> lines.add("remove " + name));
        mutation.getSetHeadersList().forEach(option -> lines.add("set " + header(option.getHeader())));
    }

    private static void immediate(ImmediateResponse reply, List<String> lines) {
        lines.add("answer " + reply.getStatus().getCodeValue() + " " + bytes(reply.getBody()));
        mutation(reply.getHeaders(), lines);
        if (!reply.getDetails().isEmpty()) {
            lines.add("details " + reply.getDetails());
        }
    }

    private static void streamed(StreamedImmediateResponse piece, List<String> lines) {
        switch (piece.getResponseCase()) {
            case HEADERS_RESPONSE -> {
                lines.add("answer, streamed");
                lines.addAll(map(piece.getHeadersResponse().getHeaders()));
            }
            case BODY_RESPONSE ->
                lines.add("answer " + bytes(piece.getBodyResponse().getBody()));
            case TRAILERS_RESPONSE -> lines.addAll(map(piece.getTrailersResponse()));
            case RESPONSE_NOT_SET -> lines.add("an empty piece of an answer");
        }
    }
}
