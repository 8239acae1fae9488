package dev.waypoint.extproc.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.extproc.state.Phase;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.transcript.Transcript.Ended;
import dev.waypoint.extproc.transcript.Transcript.Entry;
import dev.waypoint.extproc.transcript.Transcript.Faulty;
import dev.waypoint.extproc.transcript.Transcript.How;
import dev.waypoint.extproc.transcript.Transcript.Origin;
import dev.waypoint.extproc.transcript.Transcript.Received;
import dev.waypoint.extproc.transcript.Transcript.Sent;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Transcripts as text: one JSON object a line, the first for the origin, one for each entry; fields always in the same order. */
public final class TranscriptText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VERSION = 1;

    private TranscriptText() {}

    /** The text of a transcript. */
    public static String write(Transcript transcript, Redaction redaction) {
        StringBuilder out = new StringBuilder();
        out.append(origin(transcript.origin())).append('\n');
        transcript
                .entries()
                .forEach(entry -> out.append(entry(entry, redaction)).append('\n'));
        return out.toString();
    }

    private static ObjectNode origin(Origin origin) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("transcript", VERSION)
                .put("provider", origin.provider())
                .put("owner", origin.owner())
                .put("requestId", origin.requestId())
                .put("request", origin.request())
                .put("reason", origin.reason())
                .put("started", origin.started().toString());
    }

    private static ObjectNode entry(Entry entry, Redaction redaction) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("atMicros", entry.atMicros());
        return switch (entry) {
            case Sent sent -> {
                line.put("way", "sent").put("phase", Phase.of(sent.message()).word());
                sizes(line, sent.bytes(), sent.omitted());
                yield line.set("message", redaction.apply(MessageJson.of(sent.message())));
            }
            case Received received -> {
                line.put("way", "received")
                        .put("phase", Phase.of(received.message()).word());
                sizes(line, received.bytes(), received.omitted());
                if (received.tookMicros() >= 0) {
                    line.put("tookMicros", received.tookMicros());
                }
                yield line.set("message", redaction.apply(MessageJson.of(received.message())));
            }
            case Faulty faulty ->
                line.put("way", "fault")
                        .put("rule", faulty.fault().anchor())
                        .put("received", faulty.received())
                        .put("expected", faulty.expected());
            case Ended ended ->
                line.put("way", "end")
                        .put("how", ended.how().name().toLowerCase(Locale.ROOT))
                        .put("detail", ended.detail());
        };
    }

    private static void sizes(ObjectNode line, int bytes, int omitted) {
        line.put("bytes", bytes);
        if (omitted > 0) {
            line.put("omitted", omitted);
        }
    }

    /**
     * Reads a transcript.
     *
     * @throws IllegalArgumentException if a line is not what it should be; the message tells which
     */
    public static Transcript read(List<String> lines) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("line 1: the file is empty, expected a transcript");
        }
        Origin origin = readOrigin(parse(lines.getFirst(), 1));
        List<Entry> entries = new ArrayList<>(lines.size());
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            JsonNode line = parse(lines.get(i), i + 1);
            try {
                entries.add(readEntry(line));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return new Transcript(origin, entries);
    }

    /** Reads the first line only. */
    static Origin readOrigin(String line) {
        return readOrigin(parse(line, 1));
    }

    private static JsonNode parse(String line, int number) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("line " + number + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Origin readOrigin(JsonNode line) {
        if (line.path("transcript").asInt() != VERSION) {
            throw new IllegalArgumentException("line 1: transcript is " + line.path("transcript")
                    + ", expected a transcript of version " + VERSION);
        }
        try {
            return new Origin(
                    line.path("provider").asText(),
                    line.path("owner").asText(),
                    line.path("requestId").asText(),
                    line.path("request").asText(),
                    line.path("reason").asText(),
                    Instant.parse(line.path("started").asText()));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "line 1: started is " + line.path("started") + ", expected a time such as 2026-01-31T12:00:00Z", e);
        }
    }

    private static Entry readEntry(JsonNode line) {
        long at = line.path("atMicros").asLong();
        int bytes = line.path("bytes").asInt();
        int omitted = line.path("omitted").asInt();
        return switch (line.path("way").asText()) {
            case "sent" ->
                new Sent(
                        at,
                        bytes,
                        omitted,
                        MessageJson.read(line.path("message"), ProcessingRequest.newBuilder())
                                .build());
            case "received" ->
                new Received(
                        at,
                        bytes,
                        omitted,
                        line.path("tookMicros").asLong(-1),
                        MessageJson.read(line.path("message"), ProcessingResponse.newBuilder())
                                .build());
            case "fault" ->
                new Faulty(
                        at,
                        ProtocolFault.ofAnchor(line.path("rule").asText())
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "rule is " + line.path("rule") + ", which is not known")),
                        line.path("received").asText(),
                        line.path("expected").asText());
            case "end" ->
                new Ended(
                        at,
                        How.valueOf(line.path("how").asText().toUpperCase(Locale.ROOT)),
                        line.path("detail").asText());
            default ->
                throw new IllegalArgumentException(
                        "way is " + line.path("way") + ", expected sent, received, fault or end");
        };
    }
}
