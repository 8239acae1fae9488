package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import java.util.List;
import java.util.Map;

/** Selects what a policy of the same namespace applies to, by labels. */
public record TargetSelector(
        @Doc("The API group of the objects.") @Default("\"gateway.networking.k8s.io\"")
        String group,

        @Doc("Their kind.") String kind,
        @Doc("Labels that they must have.") Map<String, String> matchLabels,

        @Doc("Conditions on labels, all of which must hold.")
        List<LabelSelector.Requirement> matchExpressions) {

    /** @throws IllegalArgumentException without any condition */
    public TargetSelector {
        matchLabels = Map.copyOf(matchLabels);
        matchExpressions = List.copyOf(matchExpressions);
        if (matchLabels.isEmpty() && matchExpressions.isEmpty()) {
            throw new IllegalArgumentException(
                    "the selector has no condition, expected some in matchLabels or matchExpressions");
        }
    }

    /** Whether an object with these labels is meant. */
    public boolean matches(Map<String, String> labels) {
        return new LabelSelector(matchLabels, matchExpressions).matches(labels);
    }
}
