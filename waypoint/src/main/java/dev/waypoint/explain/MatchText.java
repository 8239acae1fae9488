package dev.waypoint.explain;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.MatchIr.ParameterIr;
import dev.waypoint.ir.MatchIr.PathIr;
import dev.waypoint.ir.MatchIr.ValueIr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Conditions of routes as people read them. */
public final class MatchText {

    private MatchText() {}

    /** All conditions of a match. */
    public static String of(MatchIr match) {
        List<String> parts = new ArrayList<>();
        match.method().ifPresent(parts::add);
        parts.add(path(match.path()));
        match.headers().forEach(header -> parts.add("header " + condition(header)));
        match.query().forEach(query -> parts.add("query " + condition(query)));
        if (match.grpcOnly()) {
            parts.add("gRPC only");
        }
        return String.join(", ", parts);
    }

    private static String path(PathIr path) {
        return switch (path) {
            case PathIr.Exact exact -> "path = " + exact.value();
            case PathIr.Prefix prefix -> "path under " + prefix.value();
            case PathIr.TextPrefix prefix -> "path begins with " + prefix.value();
            case PathIr.Regex regex -> "path ~ " + regex.value();
        };
    }

    private static String condition(ParameterIr parameter) {
        return parameter.name() + (parameter.invert() ? " not " : " ") + value(parameter.value());
    }

    private static String value(ValueIr value) {
        return switch (value) {
            case ValueIr.Exact exact -> "= " + exact.value();
            case ValueIr.Prefix prefix -> "begins with " + prefix.value();
            case ValueIr.Suffix suffix -> "ends with " + suffix.value();
            case ValueIr.Contains contains -> "contains " + contains.value();
            case ValueIr.Regex regex -> "~ " + regex.value();
            case ValueIr.Range range -> "from " + range.start() + " to below " + range.end();
            case ValueIr.Present _ -> "is there";
        };
    }

    /** Why a match does not take a request. The name is that of the first condition that does not hold. */
    static String mismatch(String name, MatchIr match, RequestHead head) {
        return switch (name) {
            case "path" -> "the path " + head.path() + " does not match";
            case "method" -> "the method is " + head.method();
            default ->
                Stream.concat(match.headers().stream(), match.query().stream())
                        .filter(parameter -> parameter.name().equals(name))
                        .findFirst()
                        .map(parameter -> condition(parameter) + " does not hold; "
                                + (head.headers().contains(name)
                                        ? "it is '" + head.header(name) + "'"
                                        : "it is absent"))
                        .orElse(name + " does not match");
        };
    }
}
