package dev.waypoint.extproc.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.waypoint.extproc.state.Phase;
import dev.waypoint.extproc.transcript.MessageJson;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares what a processor did with what it does. */
final class Comparison {

    private final ReplaySettings settings;

    Comparison(ReplaySettings settings) {
        this.settings = settings;
    }

    List<Difference> compare(Answers recorded, Answers now) {
        List<Difference> differences = new ArrayList<>();
        List<ProcessingResponse> before = joined(recorded.replies());
        List<ProcessingResponse> after = joined(now.replies());
        for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
            Optional<ProcessingResponse> one = at(before, i);
            Optional<ProcessingResponse> other = at(after, i);
            if (one.isPresent() && other.isPresent()) {
                compare("reply " + (i + 1) + " (" + name(one.get()) + ")", one.get(), other.get(), differences);
            } else {
                differences.add(new Difference(
                        "reply " + (i + 1),
                        one.map(Comparison::print).orElse(""),
                        other.map(Comparison::print).orElse("")));
            }
        }
        if (!recorded.end().equals(now.end())) {
            differences.add(new Difference("the end of the stream", recorded.end(), now.end()));
        }
        return differences;
    }

    private static Optional<ProcessingResponse> at(List<ProcessingResponse> replies, int index) {
        return index < replies.size() ? Optional.of(replies.get(index)) : Optional.empty();
    }

    private static String name(ProcessingResponse reply) {
        return reply.getResponseCase() == ProcessingResponse.ResponseCase.RESPONSE_NOT_SET
                ? Phase.NOTHING.word()
                : reply.getResponseCase().name().toLowerCase(Locale.ROOT);
    }

    private static String print(ProcessingResponse reply) {
        return MessageJson.of(reply).toString();
    }

    private void compare(
            String place, ProcessingResponse recorded, ProcessingResponse now, List<Difference> differences) {
        if (!name(recorded).equals(name(now))) {
            differences.add(new Difference(place, print(recorded), print(now)));
            return;
        }
        Map<String, String> one = new LinkedHashMap<>();
        Map<String, String> other = new LinkedHashMap<>();
        flatten("", MessageJson.of(recorded), one);
        flatten("", MessageJson.of(now), other);
        Set<String> paths = new LinkedHashSet<>(one.keySet());
        paths.addAll(other.keySet());
        for (String path : paths) {
            String was = one.getOrDefault(path, "");
            String is = other.getOrDefault(path, "");
            if (!was.equals(is)) {
                differences.add(new Difference(place + " " + path, was, is));
            }
        }
    }

    /** Every value by its path; entries of header lists by the header's name, so that their order counts within a name only. */
    private void flatten(String path, JsonNode node, Map<String, String> values) {
        if (node.isObject()) {
            node.properties().forEach(field -> {
                if (!settings.ignoredFields().contains(field.getKey())) {
                    flatten(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), values);
                }
            });
        } else if (node.isArray()) {
            Map<String, Integer> seen = new LinkedHashMap<>();
            for (JsonNode entry : node) {
                String name = headerName(path, entry);
                if (settings.ignoredHeaders().contains(name)) {
                    continue;
                }
                int count = seen.merge(name, 1, Integer::sum);
                flatten(path + "[" + name + (count == 1 ? "" : "#" + count) + "]", entry, values);
            }
        } else {
            values.put(path, node.asText());
        }
    }

    private static String headerName(String path, JsonNode entry) {
        String name = entry.path("header").path("key").asText(entry.path("key").asText(""));
        boolean removed = path.endsWith("removeHeaders") && entry.isTextual();
        return (removed ? entry.textValue() : name).toLowerCase(Locale.ROOT);
    }

    /** Pieces of a streamed body that follow each other become one: where one ends and the next begins means nothing. */
    private static List<ProcessingResponse> joined(List<ProcessingResponse> replies) {
        List<ProcessingResponse> joined = new ArrayList<>(replies.size());
        for (ProcessingResponse reply : replies) {
            Optional<ProcessingResponse> both = joined.isEmpty() ? Optional.empty() : join(joined.getLast(), reply);
            if (both.isPresent()) {
                joined.set(joined.size() - 1, both.get());
            } else {
                joined.add(reply);
            }
        }
        return joined;
    }

    private static Optional<ProcessingResponse> join(ProcessingResponse one, ProcessingResponse other) {
        if (one.getResponseCase() != other.getResponseCase() || !isPiece(one) || !isPiece(other)) {
            return Optional.empty();
        }
        ByteString bytes = piece(one).getBody().concat(piece(other).getBody());
        BodyResponse.Builder body = BodyResponse.newBuilder()
                .setResponse(CommonResponse.newBuilder()
                        .setBodyMutation(BodyMutation.newBuilder()
                                .setStreamedResponse(piece(other).toBuilder().setBody(bytes))));
        ProcessingResponse.Builder both = ProcessingResponse.newBuilder();
        return Optional.of(
                one.hasRequestBody()
                        ? both.setRequestBody(body).build()
                        : both.setResponseBody(body).build());
    }

    /** Whether a reply is a piece of a streamed body, and nothing else. */
    static boolean isPiece(ProcessingResponse reply) {
        CommonResponse common = common(reply);
        return common.getBodyMutation().hasStreamedResponse()
                && !common.hasHeaderMutation()
                && !reply.hasDynamicMetadata()
                && !reply.hasModeOverride();
    }

    private static StreamedBodyResponse piece(ProcessingResponse reply) {
        return common(reply).getBodyMutation().getStreamedResponse();
    }

    private static CommonResponse common(ProcessingResponse reply) {
        return reply.hasRequestBody()
                ? reply.getRequestBody().getResponse()
                : reply.getResponseBody().getResponse();
    }
}
