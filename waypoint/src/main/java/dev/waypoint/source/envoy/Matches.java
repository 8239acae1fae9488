package dev.waypoint.source.envoy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.MatchIr.ParameterIr;
import dev.waypoint.ir.MatchIr.PathIr;
import dev.waypoint.ir.MatchIr.ValueIr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code RouteMatch}, and the matchers of headers, query parameters and strings that other places use too. */
final class Matches {

    private Matches() {}

    /** Which requests a route takes. Everything in a match is binding: without a part it would take more requests. */
    static MatchIr route(Message match) {
        match.binding();
        PathIr path = path(match);
        List<ParameterIr> headers = new ArrayList<>();
        Optional<String> method = Optional.empty();
        for (Message header : match.messages("headers")) {
            Optional<String> exact = exactMethod(header);
            if (exact.isPresent()) {
                method = exact;
            } else {
                headers.addAll(header(header));
            }
        }
        List<ParameterIr> query = new ArrayList<>();
        for (Message parameter : match.messages("query_parameters")) {
            query.add(query(parameter));
        }
        int share = Fractions.runtime(match, "runtime_fraction").orElse(Fractions.ALL);
        return new MatchIr(path, method, headers, query, match.message("grpc").isPresent(), share);
    }

    private static Optional<String> exactMethod(Message header) {
        if (!header.string("name").equals(":method") || header.flag("invert_match", false)) {
            return Optional.empty();
        }
        Optional<String> exact = header.text("exact_match");
        return exact.isPresent() ? exact : header.message("string_match").flatMap(match -> match.text("exact"));
    }

    private static PathIr path(Message match) {
        boolean ignoreCase = !match.flag("case_sensitive", true);
        String kind = match.oneOf(
                        "prefix", "path", "safe_regex", "connect_matcher", "path_separated_prefix", "path_match_policy")
                .orElse("");
        return switch (kind) {
            case "prefix" ->
                ignoreCase
                        ? new PathIr.Regex("(?i:" + Pattern.quote(match.string("prefix")) + ")(?s:.*)")
                        : new PathIr.TextPrefix(match.string("prefix"));
            case "path" ->
                ignoreCase
                        ? new PathIr.Regex("(?i:" + Pattern.quote(match.string("path")) + ")")
                        : new PathIr.Exact(match.string("path"));
            case "path_separated_prefix" -> separated(match, ignoreCase);
            case "safe_regex" -> new PathIr.Regex(regex(match.child("safe_regex")));
            default -> {
                match.problems()
                        .error(match.path(), kind, "expected prefix, path, path_separated_prefix or safe_regex");
                yield new PathIr.Exact("");
            }
        };
    }

    private static PathIr separated(Message match, boolean ignoreCase) {
        String prefix = match.string("path_separated_prefix");
        if (!prefix.startsWith("/") || prefix.endsWith("/") || prefix.contains("?") || prefix.contains("#")) {
            match.error("path_separated_prefix", "expected a path such as /a/b without a slash at its end");
        }
        return ignoreCase ? new PathIr.Regex("(?i:" + Pattern.quote(prefix) + ")(?s:/.*)?") : new PathIr.Prefix(prefix);
    }

    /** The expression of a {@code RegexMatcher}, proven to compile. */
    static String regex(Message matcher) {
        String regex = matcher.required("regex");
        matcher.harmless("google_re2");
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            matcher.error("regex", "is no RE2 expression: " + e.getDescription());
        }
        return regex;
    }

    /** A {@code HeaderMatcher}. A header that is missing fits neither a condition on its value nor the inverse. */
    static List<ParameterIr> header(Message header) {
        header.binding();
        String name = header.required("name").toLowerCase(Locale.ROOT);
        boolean invert = header.flag("invert_match", false);
        if (header.flag("treat_missing_header_as_empty", false)) {
            header.error("treat_missing_header_as_empty", "not supported in a route's match");
        }
        Optional<Boolean> present = header.optionalFlag("present_match");
        if (present.isPresent()) {
            return List.of(new ParameterIr(name, new ValueIr.Present(), invert == present.get()));
        }
        Optional<ValueIr> value = headerValue(header);
        if (value.isEmpty()) {
            return List.of(new ParameterIr(name, new ValueIr.Present(), invert));
        }
        ParameterIr condition = new ParameterIr(name, value.get(), invert);
        return invert ? List.of(new ParameterIr(name, new ValueIr.Present(), false), condition) : List.of(condition);
    }

    /** The condition on a header's value; empty if it only has to be there. */
    static Optional<ValueIr> headerValue(Message header) {
        String kind = header.oneOf(
                        "exact_match",
                        "safe_regex_match",
                        "range_match",
                        "prefix_match",
                        "suffix_match",
                        "contains_match",
                        "string_match")
                .orElse("");
        return switch (kind) {
            case "exact_match" -> Optional.of(new ValueIr.Exact(header.string(kind), false));
            case "safe_regex_match" -> Optional.of(new ValueIr.Regex(regex(header.child(kind))));
            case "range_match" -> {
                Message range = header.child(kind);
                yield Optional.of(new ValueIr.Range(
                        range.number("start", 0, Long.MIN_VALUE, Long.MAX_VALUE),
                        range.number("end", 0, Long.MIN_VALUE, Long.MAX_VALUE)));
            }
            case "prefix_match" -> Optional.of(new ValueIr.Prefix(header.string(kind), false));
            case "suffix_match" -> Optional.of(new ValueIr.Suffix(header.string(kind), false));
            case "contains_match" -> Optional.of(new ValueIr.Contains(header.string(kind), false));
            case "string_match" -> Optional.of(string(header.child(kind)));
            default -> Optional.empty();
        };
    }

    static ParameterIr query(Message parameter) {
        parameter.binding();
        String name = parameter.required("name");
        Optional<Message> match = parameter.message("string_match");
        if (match.isPresent()) {
            return new ParameterIr(name, string(match.get()), false);
        }
        boolean present = parameter.flag("present_match", true);
        return new ParameterIr(name, new ValueIr.Present(), !present);
    }

    /** A {@code StringMatcher}. */
    static ValueIr string(Message matcher) {
        matcher.binding();
        boolean ignoreCase = matcher.flag("ignore_case", false);
        String kind = matcher.oneOf("exact", "prefix", "suffix", "safe_regex", "contains")
                .orElse("");
        return switch (kind) {
            case "exact" -> new ValueIr.Exact(matcher.string(kind), ignoreCase);
            case "prefix" -> new ValueIr.Prefix(matcher.required(kind), ignoreCase);
            case "suffix" -> new ValueIr.Suffix(matcher.required(kind), ignoreCase);
            case "contains" -> new ValueIr.Contains(matcher.required(kind), ignoreCase);
            case "safe_regex" -> new ValueIr.Regex(regex(matcher.child(kind)));
            default -> {
                matcher.problems()
                        .error(matcher.path(), kind, "expected exact, prefix, suffix, contains or safe_regex");
                yield new ValueIr.Present();
            }
        };
    }
}
