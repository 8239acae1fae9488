package dev.waypoint.api;

import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import java.util.List;
import java.util.Map;

/** Selects objects by their labels: all conditions must hold; without any, all objects are selected. */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {
    public LabelSelector {
        matchLabels = Map.copyOf(matchLabels);
        matchExpressions = List.copyOf(matchExpressions);
    }

    /** One condition; {@code Exists} and {@code DoesNotExist} have no values. */
    public record Requirement(
            @Doc("The label.") String key,

            @Doc("How its value is compared; `Exists` and `DoesNotExist` need none.")
            Operator operator,

            @Doc("The values that are compared with.") List<String> values) {
        public Requirement {
            values = List.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            boolean present = labels.containsKey(key);
            return switch (operator) {
                case IN -> present && values.contains(labels.get(key));
                case NOT_IN -> !present || !values.contains(labels.get(key));
                case EXISTS -> present;
                case DOES_NOT_EXIST -> !present;
            };
        }
    }

    /** How a label's value is compared. */
    public enum Operator {
        @Name("In")
        IN,
        @Name("NotIn")
        NOT_IN,
        @Name("Exists")
        EXISTS,
        @Name("DoesNotExist")
        DOES_NOT_EXIST
    }

    /** Whether the labels satisfy all conditions. */
    public boolean matches(Map<String, String> labels) {
        return matchLabels.entrySet().stream()
                        .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
                && matchExpressions.stream().allMatch(requirement -> requirement.matches(labels));
    }
}
