package dev.waypoint.filters;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import dev.waypoint.filter.PathChange;
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
     * The change.
     *
     * @param matchedPrefix the prefix that the route was matched by
     */
    PathChange change(String matchedPrefix) {
        return switch (type) {
            case FULL_PATH -> new PathChange.Whole(replaceFullPath.orElse(""));
            case PREFIX_MATCH -> new PathChange.Elements(matchedPrefix, replacePrefixMatch.orElse(""));
            case PREFIX_TEXT -> new PathChange.Characters(matchedPrefix, replacePrefixText.orElse(""));
            case REGEX_MATCH -> {
                Substitution by = replaceRegexMatch.orElseThrow();
                yield new PathChange.Matches(by.pattern(), by.substitution());
            }
        };
    }
}
