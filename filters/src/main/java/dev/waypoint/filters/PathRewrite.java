package dev.waypoint.filters;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import dev.waypoint.filter.MatchPath;
import java.util.Optional;

/** A change of a request's path, in the form of the Gateway API's path modifier and two more. The query always stays. */
record PathRewrite(
        @Doc("What of the path is replaced; the field of the same name says by what.")
        Type type,

        @Doc("The new path.") @Size(max = 1024) Optional<String> replaceFullPath,

        @Doc("What stands in place of the matched prefix, element by element.") @Size(max = 1024)
        Optional<String> replacePrefixMatch,

        @Doc("What stands in place of the characters of the matched prefix, whatever follows them.") @Size(max = 1024)
        Optional<String> replacePrefixText,

        @Doc("What stands in place of each match of an expression.")
        Optional<Substitution> replaceRegexMatch) {

    /** What of a path is replaced. */
    enum Type {
        @Name("ReplaceFullPath")
        FULL_PATH,
        @Name("ReplacePrefixMatch")
        PREFIX_MATCH,
        @Name("ReplacePrefixText")
        PREFIX_TEXT,
        @Name("ReplaceRegexMatch")
        REGEX_MATCH
    }

    /** A replacement by expression. */
    record Substitution(
            @Doc("The expression (RE2) looked for in the path without its query.")
            Pattern pattern,

            @Doc("The replacement; `$1` stands for the first group, `${name}` for a named one.") @Size(max = 1024)
            String substitution) {
        Substitution {
            Matcher groups = REFERENCE.matcher(substitution);
            while (groups.find()) {
                String reference = groups.group(1);
                boolean known = Character.isDigit(reference.charAt(0))
                        ? Integer.parseInt(reference) <= pattern.groupCount()
                        : pattern.namedGroups().containsKey(reference);
                if (!known) {
                    throw new IllegalArgumentException(
                            "the substitution names the group " + reference + ", which the pattern does not have");
                }
            }
        }

        private static final Pattern REFERENCE = Pattern.compile("\\$\\{?(\\d|\\w+)");
    }

    PathRewrite {
        Optional<?> value = value(type, replaceFullPath, replacePrefixMatch, replacePrefixText, replaceRegexMatch);
        if (value.isEmpty()) {
            throw new IllegalArgumentException(
                    "the field for the type is missing: expected a replacement in " + fieldOf(type));
        }
        replaceFullPath.ifPresent(PathRewrite::checkPath);
        replacePrefixMatch.ifPresent(PathRewrite::checkPath);
        replacePrefixText.ifPresent(PathRewrite::checkPath);
    }

    private static Optional<?> value(
            Type type, Optional<?> full, Optional<?> prefix, Optional<?> text, Optional<?> regex) {
        return switch (type) {
            case FULL_PATH -> full;
            case PREFIX_MATCH -> prefix;
            case PREFIX_TEXT -> text;
            case REGEX_MATCH -> regex;
        };
    }

    private static String fieldOf(Type type) {
        return switch (type) {
            case FULL_PATH -> "replaceFullPath";
            case PREFIX_MATCH -> "replacePrefixMatch";
            case PREFIX_TEXT -> "replacePrefixText";
            case REGEX_MATCH -> "replaceRegexMatch";
        };
    }

    private static void checkPath(String path) {
        if (path.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#' || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "'" + path + "' has a query, a fragment, a space or control characters: expected a path only");
        }
    }

    /**
     * The request target after the change; the target itself if the prefix is not there.
     *
     * @param target the request target as received
     * @param matchedPrefix the prefix that the route was matched by
     */
    String apply(String target, String matchedPrefix) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark);
        String changed = switch (type) {
            case FULL_PATH -> rooted("", replaceFullPath.orElse(""));
            case PREFIX_MATCH -> prefix(path, matchedPrefix, replacePrefixMatch.orElse(""));
            case PREFIX_TEXT -> text(path, matchedPrefix, replacePrefixText.orElse(""));
            case REGEX_MATCH ->
                replaceRegexMatch
                        .map(by -> by.pattern().matcher(path).replaceAll(by.substitution()))
                        .map(result -> rooted("", result))
                        .orElse(path);
        };
        return changed + query;
    }

    private static String prefix(String path, String matchedPrefix, String replacement) {
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

    private static String text(String path, String matchedPrefix, String replacement) {
        if (path.startsWith(matchedPrefix)) {
            return rooted(replacement, path.substring(matchedPrefix.length()));
        }
        String normal = MatchPath.of(path);
        return normal.startsWith(matchedPrefix) ? rooted(replacement, normal.substring(matchedPrefix.length())) : path;
    }

    private static String withoutTrailingSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Both parts with exactly one slash in front: a second one would make what follows look like a host. */
    private static String rooted(String first, String second) {
        String whole = first + second;
        int start = 0;
        while (start < whole.length() && whole.charAt(start) == '/') {
            start++;
        }
        return "/" + whole.substring(start);
    }
}
