package dev.waypoint.control.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterApi.Answer;
import dev.waypoint.source.kubernetes.LiveStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what they must notice, where {@code kubectl describe} shows it: conditions that turned bad, and Gateways that are
 * served. The same event for the same object is not repeated for a while.
 */
public final class EventRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int MAX_NOTE = 1000;
    private static final Duration ONCE_IN = Duration.ofMinutes(10);

    private final ClusterApi api;
    private final InstantSource clock;
    private final String instance;
    private final Cache<Told, Boolean> told =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(ONCE_IN).build();

    private record Told(String uid, String reason, String note) {}

    /** @param instance the name of this controller's pod */
    public EventRecorder(ClusterApi api, InstantSource clock, String instance) {
        this.api = api;
        this.clock = clock;
        this.instance = instance;
    }

    /** Tells what turned bad, or good, by a status that was just written. */
    void onStatus(ResourceRef ref, LiveStatus before, JsonNode now) {
        Map<String, String> then = new HashMap<>();
        Set<String> said = new HashSet<>();
        conditions(before.status(), (place, condition) -> then.put(place, state(condition)));
        conditions(now, (place, condition) -> {
            String was = then.getOrDefault(place, "");
            String reason = condition.path("reason").asText();
            String type = condition.path("type").asText();
            if (isBad(condition) && !was.equals(state(condition))) {
                // What is not accepted is not programmed either, for the same cause: one event tells it.
                String owner = place.substring(0, place.lastIndexOf('/') + 1);
                if (said.add(owner + note(condition))) {
                    warn(ref, before, reason, (owner.isEmpty() ? "" : place + ": ") + note(condition));
                }
            } else if (ref.kind().equals("Gateway")
                    && place.equals("Programmed")
                    && !isBad(condition)
                    && condition.path("status").asText().equals("True")
                    && !was.startsWith("True")) {
                record(ref, before, "Normal", type, "all listeners that can be served are");
            }
        });
    }

    private static String note(JsonNode condition) {
        String message = condition.path("message").asText();
        return message.isEmpty()
                ? condition.path("type").asText() + " is "
                        + condition.path("status").asText()
                : message;
    }

    private static String state(JsonNode condition) {
        return condition.path("status").asText() + " "
                + condition.path("reason").asText();
    }

    private static boolean isBad(JsonNode condition) {
        String status = condition.path("status").asText();
        return switch (condition.path("type").asText()) {
            case "Accepted", "ResolvedRefs" -> status.equals("False");
            case "Programmed" ->
                status.equals("False") && !condition.path("reason").asText().equals("Pending");
            case "Conflicted", "OverlappingTLSConfig", "waypoint.dev/PortsNotServed" -> status.equals("True");
            default -> false;
        };
    }

    private static void conditions(JsonNode status, BiConsumer<String, JsonNode> each) {
        status.path("conditions").forEach(one -> each.accept(one.path("type").asText(), one));
        for (JsonNode listener : status.path("listeners")) {
            String prefix = "listener " + listener.path("name").asText() + "/";
            listener.path("conditions")
                    .forEach(one -> each.accept(prefix + one.path("type").asText(), one));
        }
        for (JsonNode parent : status.path("parents")) {
            String prefix = "parent " + named(parent.path("parentRef")) + "/";
            parent.path("conditions")
                    .forEach(one -> each.accept(prefix + one.path("type").asText(), one));
        }
        for (JsonNode ancestor : status.path("ancestors")) {
            String prefix = "for " + named(ancestor.path("ancestorRef")) + "/";
            ancestor.path("conditions")
                    .forEach(one -> each.accept(prefix + one.path("type").asText(), one));
        }
    }

    private static String named(JsonNode reference) {
        return reference.path("kind").asText("Gateway") + " "
                + reference.path("name").asText();
    }

    /** Tells that something is wrong with an object. */
    public void warn(ResourceRef ref, LiveStatus object, String reason, String note) {
        record(ref, object, "Warning", reason, note);
    }

    private void record(ResourceRef ref, LiveStatus object, String type, String reason, String note) {
        if (told.asMap().putIfAbsent(new Told(object.uid(), reason, note), true) != null) {
            return;
        }
        Instant now = clock.instant();
        String namespace = ref.namespace().isEmpty() ? "default" : ref.namespace();
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
        event.putObject("metadata").put("name", "waypoint-" + UUID.randomUUID()).put("namespace", namespace);
        event.put("eventTime", MICROS.format(now))
                .put("reportingController", "waypoint.dev/controller")
                .put("reportingInstance", instance)
                .put("action", "Reconcile")
                .put("reason", reason)
                .put("type", type)
                .put("note", note.length() > MAX_NOTE ? note.substring(0, MAX_NOTE) : note);
        event.putObject("regarding")
                .put("apiVersion", object.apiVersion())
                .put("kind", ref.kind())
                .put("namespace", ref.namespace())
                .put("name", ref.name())
                .put("uid", object.uid());
        Answer answer = api.create("/apis/events.k8s.io/v1/namespaces/" + namespace + "/events", event);
        if (!answer.done()) {
            LOG.debug("an event for {} could not be written: {}", ref, answer.problem());
        }
    }
}
