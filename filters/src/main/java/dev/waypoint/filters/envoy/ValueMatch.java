package dev.waypoint.filters.envoy;

import com.google.re2j.Pattern;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import java.util.Locale;
import java.util.Optional;

/**
 * A condition on a header or query parameter, as Envoy's matchers have it.
 *
 * @param name what is looked at; of a header in lower case
 * @param type how the value is compared
 * @param value what it is compared with; for a range its first number
 * @param end the number behind the last of a range
 * @param ignoreCase whether capitals do not count
 * @param invert whether the opposite is wanted; what is missing fits neither way, but for {@code Present}
 * @param missingAsEmpty whether what is missing counts as the empty text
 */
public record ValueMatch(
        @Size(min = 1) @Doc("What is looked at.") String name,

        @Default("\"Exact\"") @Doc("How the value is compared.")
        Type type,

        @Default("\"\"") @Doc("What it is compared with; for a range its first number.")
        String value,

        @Default("0") @Doc("The number behind the last of a range.")
        long end,

        @Default("false") @Doc("Whether capitals do not count.")
        boolean ignoreCase,

        @Default("false") @Doc("Whether the opposite is wanted.")
        boolean invert,

        @Default("false") @Doc("Whether what is missing counts as the empty text.")
        boolean missingAsEmpty) {

    /** How a value is compared. */
    public enum Type {
        @Name("Exact")
        EXACT,
        @Name("Prefix")
        PREFIX,
        @Name("Suffix")
        SUFFIX,
        @Name("Contains")
        CONTAINS,
        @Name("RegularExpression")
        REGULAR_EXPRESSION,
        @Name("Range")
        RANGE,
        @Name("Present")
        PRESENT
    }

    /** Ready to be asked. */
    static final class Compiled {

        private final ValueMatch match;
        private final String expected;
        private final Optional<Pattern> pattern;

        /** @throws RuntimeException if the value is no expression or number */
        Compiled(ValueMatch match) {
            this.match = match;
            expected = match.ignoreCase ? match.value.toLowerCase(Locale.ROOT) : match.value;
            pattern = match.type == Type.REGULAR_EXPRESSION
                    ? Optional.of(Pattern.compile(match.value))
                    : Optional.empty();
            if (match.type == Type.RANGE) {
                Long.parseLong(match.value);
            }
        }

        String name() {
            return match.name;
        }

        boolean matches(Optional<String> found) {
            if (match.type == Type.PRESENT) {
                return found.isPresent() != match.invert;
            }
            if (found.isEmpty() && !match.missingAsEmpty) {
                return false;
            }
            return holds(found.orElse("")) != match.invert;
        }

        private boolean holds(String text) {
            String actual = match.ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
            return switch (match.type) {
                case EXACT -> actual.equals(expected);
                case PREFIX -> actual.startsWith(expected);
                case SUFFIX -> actual.endsWith(expected);
                case CONTAINS -> actual.contains(expected);
                case REGULAR_EXPRESSION ->
                    pattern.map(compiled -> compiled.matches(text)).orElse(false);
                case RANGE -> inRange(text);
                case PRESENT -> true;
            };
        }

        private boolean inRange(String text) {
            try {
                long number = Long.parseLong(text);
                return number >= Long.parseLong(match.value) && number < match.end;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }
}
