package com.example.extproc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.waypoint.extproc.processor.BodyAnswer;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeadersAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.ProcessorSession;
import dev.waypoint.extproc.processor.TrailersAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Guards the event stream of a language model ({@code data: {"text": "..."}}): each event goes on as soon as it is complete, a
 * stream that says what it must not is cut off, and before {@code data: [DONE]} stands how many pieces of text there were.
 */
final class EventStreamGuard implements ProcessorSession {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORBIDDEN = "forbidden";
    private static final String STOP = "data: {\"text\":\"\",\"stop\":\"content_filter\"}\n\ndata: [DONE]\n\n";

    private boolean active;
    private String incomplete = "";
    private String said = "";
    private int pieces;

    @Override
    public HeadersAnswer onResponseHeaders(MessageHeaders headers, boolean end) {
        active = headers.first("content-type").orElse("").startsWith("text/event-stream");
        return active ? HeadersAnswer.proceed(HeaderChanges.none().set("x-guarded", "yes")) : HeadersAnswer.proceed();
    }

    @Override
    public BodyAnswer onResponseBody(ByteString data, boolean end) {
        if (!active) {
            return BodyAnswer.unchanged();
        }
        incomplete += data.toString(StandardCharsets.ISO_8859_1);
        List<ByteString> out = new ArrayList<>();
        for (int at = incomplete.indexOf("\n\n"); at >= 0; at = incomplete.indexOf("\n\n")) {
            String event = incomplete.substring(0, at + 2);
            incomplete = incomplete.substring(at + 2);
            if (mustStop(event)) {
                out.add(bytes(STOP));
                return new BodyAnswer.Replaced(out, true, HeaderChanges.none());
            }
            out.add(bytes(event.equals("data: [DONE]\n\n") ? "data: {\"pieces\":" + pieces + "}\n\n" + event : event));
        }
        if (end && !incomplete.isEmpty()) {
            out.add(bytes(incomplete));
        }
        return new BodyAnswer.Replaced(out, false, HeaderChanges.none());
    }

    /** Looks also at what was said before: a word may be spread over events. */
    private boolean mustStop(String event) {
        if (!event.startsWith("data: {")) {
            return false;
        }
        try {
            JsonNode text = JSON.readTree(event.substring("data: ".length())).path("text");
            if (!text.isTextual()) {
                return false;
            }
            pieces++;
            said += text.textValue().toLowerCase(Locale.ROOT);
            boolean stop = said.contains(FORBIDDEN);
            said = said.substring(Math.max(0, said.length() - FORBIDDEN.length()));
            return stop;
        } catch (JsonProcessingException e) {
            return false; // not ours to judge: it goes on as it is
        }
    }

    @Override
    public TrailersAnswer onResponseTrailers(MessageHeaders trailers) {
        return TrailersAnswer.unchanged().after(bytes(incomplete));
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFrom(text, StandardCharsets.ISO_8859_1);
    }
}
