package dev.waypoint.plan;

import com.google.re2j.Pattern;
import dev.waypoint.ir.MatchIr.ParameterIr;
import dev.waypoint.ir.MatchIr.ValueIr;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One condition on a header or query parameter, ready to be asked. */
final class ParameterMatcher {

    private final String name;
    private final Predicate<String> value;
    private final boolean presence;
    private final boolean invert;

    ParameterMatcher(ParameterIr ir) {
        name = ir.name();
        presence = ir.value() instanceof ValueIr.Present;
        value = predicate(ir.value());
        invert = ir.invert();
    }

    String name() {
        return name;
    }

    /** Whether the condition holds for a value; an absent one fulfils only an inverted presence condition. */
    boolean holds(@Nullable String actual) {
        if (actual == null) {
            return presence && invert;
        }
        return value.test(actual) != invert;
    }

    private static Predicate<String> predicate(ValueIr value) {
        return switch (value) {
            case ValueIr.Exact exact -> exact.ignoreCase() ? exact.value()::equalsIgnoreCase : exact.value()::equals;
            case ValueIr.Prefix prefix -> {
                String wanted = fold(prefix.value(), prefix.ignoreCase());
                yield text -> fold(text, prefix.ignoreCase()).startsWith(wanted);
            }
            case ValueIr.Suffix suffix -> {
                String wanted = fold(suffix.value(), suffix.ignoreCase());
                yield text -> fold(text, suffix.ignoreCase()).endsWith(wanted);
            }
            case ValueIr.Contains contains -> {
                String wanted = fold(contains.value(), contains.ignoreCase());
                yield text -> fold(text, contains.ignoreCase()).contains(wanted);
            }
            case ValueIr.Regex regex -> {
                Pattern pattern = Pattern.compile(regex.value());
                yield text -> pattern.matcher(text).matches();
            }
            case ValueIr.Range range ->
                text -> number(text)
                        .filter(number -> number >= range.start() && number < range.end())
                        .isPresent();
            case ValueIr.Present present -> text -> true;
        };
    }

    private static String fold(String text, boolean ignoreCase) {
        return ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
