package dev.waypoint.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.LabelSelector;
import dev.waypoint.api.ObjectMeta;
import dev.waypoint.api.PolicyTarget;
import dev.waypoint.api.TargetSelector;
import dev.waypoint.api.UnreadablePolicy;
import dev.waypoint.config.RecordReader;
import dev.waypoint.config.ResourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes out what a policy targets that cannot be read as a whole. */
final class UnreadablePolicies {

    private static final Set<Kind<?>> GUARDS =
            Set.of(Kinds.HTTP_FILTER, Kinds.RATE_LIMIT_POLICY, Kinds.EXT_PROC_POLICY, Kinds.BACKEND_TLS_POLICY);

    private UnreadablePolicies() {}

    /** The stand-in of an object; empty if it guards nothing, or nothing that can be made out. */
    static Optional<Resource<UnreadablePolicy>> of(RawObject object, Kind<?> kind) {
        JsonNode spec = object.tree().path("spec");
        if (!guards(kind, spec)) {
            return Optional.empty();
        }
        List<PolicyTarget> targets = new ArrayList<>();
        spec.path("targetRefs")
                .forEach(target -> RecordReader.read(
                                target, PolicyTarget.class, object.ref(), "spec.targetRefs", finding -> {})
                        .ifPresent(targets::add));
        List<TargetSelector> selectors = selectors(object, spec.path("targetSelectors"));
        if (targets.isEmpty() && selectors.isEmpty()) {
            return Optional.empty();
        }
        ResourceRef policy = kind.ref(object.ref().namespace(), object.ref().name());
        ResourceRef standIn = UnreadablePolicy.standIn(policy);
        return Optional.of(new Resource<>(
                Kinds.UNREADABLE_POLICY,
                ObjectMeta.of(standIn.namespace(), standIn.name()),
                new UnreadablePolicy(policy, targets, selectors),
                Optional.of(object.position(""))));
    }

    /**
     * Selectors whose kind and at least one condition can be read. All conditions must hold, so leaving one out selects more, never less,
     * than what is to be guarded.
     */
    private static List<TargetSelector> selectors(RawObject object, JsonNode written) {
        List<TargetSelector> selectors = new ArrayList<>();
        for (JsonNode selector : written) {
            ObjectNode legible = JsonNodeFactory.instance.objectNode();
            for (String field : List.of("group", "kind")) {
                if (selector.path(field).isTextual()) {
                    legible.set(field, selector.path(field));
                }
            }
            ObjectNode labels = legible.putObject("matchLabels");
            selector.path("matchLabels").properties().stream()
                    .filter(label -> label.getValue().isTextual())
                    .forEach(label -> labels.set(label.getKey(), label.getValue()));
            ArrayNode expressions = legible.putArray("matchExpressions");
            for (JsonNode expression : selector.path("matchExpressions")) {
                read(object, expression, LabelSelector.Requirement.class).ifPresent(_ -> expressions.add(expression));
            }
            read(object, legible, TargetSelector.class).ifPresent(selectors::add);
        }
        return selectors;
    }

    private static <T extends Record> Optional<T> read(RawObject object, JsonNode node, Class<T> type) {
        return RecordReader.read(node, type, object.ref(), "spec.targetSelectors", finding -> {});
    }

    /** What would not be obeyed anyway guards nothing. A TrafficPolicy guards if it decides where requests go and what is in them. */
    private static boolean guards(Kind<?> kind, JsonNode spec) {
        if (kind.equals(Kinds.TRAFFIC_POLICY)) {
            return spec.has("headerRouting") || spec.has("transform");
        }
        boolean obeyed = !spec.path("enforcement").asText().equals("Shadow")
                && !spec.path("mode").asText().equals("Observe")
                && !spec.path("disabled").asBoolean();
        return GUARDS.contains(kind) && obeyed;
    }
}
