package dev.waypoint.filter;

import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * Changes of a request target's path; the query always stays. What comes out has exactly one slash in front: a second one would make
 * what follows look like a host.
 */
public sealed interface PathChange {

    /** The whole path is replaced. */
    record Whole(String path) implements PathChange {}

    /** The matched prefix is replaced, by whole path elements (Gateway API, HTTPPathModifier). */
    record Elements(String prefix, String replacement) implements PathChange {}

    /** The characters of the matched prefix are replaced, whatever follows them. */
    record Characters(String prefix, String replacement) implements PathChange {}

    /**
     * Each match of an expression is replaced.
     *
     * @param substitution may name groups as {@link com.google.re2j.Matcher#replaceAll} does
     */
    record Matches(Pattern pattern, String substitution) implements PathChange {}

    /** The request target after the change; the target itself if the prefix is not there. */
    default String apply(String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark);
        return ofPath(path) + query;
    }

    private String ofPath(String path) {
        return switch (this) {
            case Whole whole -> rooted("", whole.path());
            case Elements elements -> elements(path, elements.prefix(), elements.replacement());
            case Characters characters -> characters(path, characters.prefix(), characters.replacement());
            case Matches matches -> rooted("", matches.pattern().matcher(path).replaceAll(matches.substitution()));
        };
    }

    private static String elements(String path, String matchedPrefix, String replacement) {
        String prefix = withoutTrailingSlash(matchedPrefix);
        Optional<String> rest = restAfterElements(path, prefix)
                // The route may have been matched by the normalised path only, as for /a/../foo or /%66oo.
                .or(() -> restAfterElements(MatchPath.of(path), prefix));
        if (rest.isEmpty()) {
            return path;
        }
        return rest.get().isEmpty() ? rooted("", replacement) : rooted(withoutTrailingSlash(replacement), rest.get());
    }

    private static Optional<String> restAfterElements(String path, String prefix) {
        boolean matches =
                path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
        return matches ? Optional.of(path.substring(prefix.length())) : Optional.empty();
    }

    private static String characters(String path, String prefix, String replacement) {
        if (path.startsWith(prefix)) {
            return rooted(replacement, path.substring(prefix.length()));
        }
        String normal = MatchPath.of(path);
        return normal.startsWith(prefix) ? rooted(replacement, normal.substring(prefix.length())) : path;
    }

    private static String withoutTrailingSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String rooted(String first, String second) {
        String whole = first + second;
        int start = 0;
        while (start < whole.length() && whole.charAt(start) == '/') {
            start++;
        }
        return "/" + whole.substring(start);
    }
}
