package dev.waypoint.gatewayapi;

/**
 * One condition of an object's status, without the time of its last change.
 *
 * @param type such as {@code Accepted}
 * @param status whether it holds
 * @param reason one word, spelled as the Gateway API spells it
 * @param message for people
 * @param observedGeneration the generation of the object that was looked at
 */
public record Condition(String type, State status, String reason, String message, long observedGeneration) {

    /** Whether a condition holds. */
    public enum State {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** As Kubernetes writes it. */
        public String text() {
            return text;
        }
    }

    static Condition yes(String type, String reason, String message, long generation) {
        return new Condition(type, State.TRUE, reason, message, generation);
    }

    static Condition no(String type, String reason, String message, long generation) {
        return new Condition(type, State.FALSE, reason, message, generation);
    }

    /** A condition that holds, with its type as the reason. */
    static Condition yes(String type, long generation) {
        return yes(type, type, "", generation);
    }
}
