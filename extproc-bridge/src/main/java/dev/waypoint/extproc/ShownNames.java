package dev.waypoint.extproc;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.waypoint.extproc.SharingConfig.NameMatch;
import dev.waypoint.extproc.SharingConfig.ShownHeaders;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Which headers and trailers a processor is shown. */
final class ShownNames {

    private final List<Predicate<String>> show;
    private final List<Predicate<String>> hide;

    ShownNames(ShownHeaders config) {
        this.show = config.show().stream().map(ShownNames::compile).toList();
        this.hide = config.hide().stream().map(ShownNames::compile).toList();
    }

    boolean isAll() {
        return show.isEmpty() && hide.isEmpty();
    }

    boolean shows(CharSequence name) {
        if (isAll()) {
            return true;
        }
        String text = name.toString();
        return hide.stream().noneMatch(match -> match.test(text))
                && (show.isEmpty() || show.stream().anyMatch(match -> match.test(text)));
    }

    private static Predicate<String> compile(NameMatch match) {
        String value = match.ignoreCase() ? match.value().toLowerCase(Locale.ROOT) : match.value();
        return switch (match.type()) {
            case EXACT -> value::equals;
            case PREFIX -> name -> name.startsWith(value);
            case SUFFIX -> name -> name.endsWith(value);
            case CONTAINS -> name -> name.contains(value);
            case REGULAR_EXPRESSION -> {
                try {
                    Pattern pattern = Pattern.compile(match.value());
                    yield pattern::matches;
                } catch (PatternSyntaxException e) {
                    throw new IllegalArgumentException(
                            "shownHeaders has '" + match.value() + "', expected an RE2 expression", e);
                }
            }
        };
    }
}
