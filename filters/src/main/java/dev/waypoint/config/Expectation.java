package dev.waypoint.config;

/** Says in words what a field takes. */
final class Expectation {

    static final String DURATION = "a duration such as 500ms, 10s or 1h30m";

    private Expectation() {}

    /** The words for a shape, to stand after "expected". */
    static String of(ValueShape shape, RecordShape.Bounds bounds) {
        return switch (shape) {
            case ValueShape.Text _ -> sized("text", "characters", bounds);
            case ValueShape.Whole _ -> ranged("a whole number", bounds);
            case ValueShape.Decimal _ -> ranged("a number", bounds);
            case ValueShape.Truth _ -> "true or false";
            case ValueShape.Raw _ -> "a value";
            case ValueShape.Choice choice ->
                "one of " + String.join(", ", choice.values().keySet());
            case ValueShape.Span _ -> DURATION;
            case ValueShape.Regex _ -> "a regular expression in the syntax of RE2";
            case ValueShape.Word word -> "text that spells a " + word.type().getSimpleName();
            case ValueShape.Maybe maybe -> of(maybe.element(), bounds);
            case ValueShape.Many _ -> sized("a list", "entries", bounds);
            case ValueShape.Table _ -> sized("an object", "entries", bounds);
            case ValueShape.Nested _ -> "an object with fields";
        };
    }

    private static String ranged(String what, RecordShape.Bounds bounds) {
        boolean low = bounds.min() != Long.MIN_VALUE;
        boolean high = bounds.max() != Long.MAX_VALUE;
        if (low && high) {
            return what + " from " + bounds.min() + " to " + bounds.max();
        }
        if (low) {
            return what + " of at least " + bounds.min();
        }
        return high ? what + " of at most " + bounds.max() : what;
    }

    private static String sized(String what, String units, RecordShape.Bounds bounds) {
        boolean high = bounds.maxSize() != Integer.MAX_VALUE;
        if (bounds.minSize() > 0 && high) {
            return what + " of " + bounds.minSize() + " to " + bounds.maxSize() + " " + units;
        }
        if (bounds.minSize() > 0) {
            return what + " of at least " + bounds.minSize() + " " + units;
        }
        return high ? what + " of at most " + bounds.maxSize() + " " + units : what;
    }
}
