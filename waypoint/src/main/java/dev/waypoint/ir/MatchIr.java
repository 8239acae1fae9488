package dev.waypoint.ir;

import dev.waypoint.config.Default;
import java.util.List;
import java.util.Optional;

/**
 * Which requests: all parts must hold.
 *
 * @param path the path
 * @param method the method; any if empty
 * @param headers header conditions
 * @param query query parameter conditions; the first value of a repeated parameter counts
 * @param grpcOnly gRPC calls only
 * @param millionths the share of the requests that hold all else, drawn at random; 1,000,000 for all of them
 */
public record MatchIr(
        PathIr path,
        Optional<String> method,
        List<ParameterIr> headers,
        List<ParameterIr> query,
        boolean grpcOnly,
        @Default("1000000") int millionths) {

    /** A match without a random share. */
    public MatchIr(
            PathIr path,
            Optional<String> method,
            List<ParameterIr> headers,
            List<ParameterIr> query,
            boolean grpcOnly) {
        this(path, method, headers, query, grpcOnly, 1_000_000);
    }

    /** All requests. */
    public static final MatchIr ALL =
            new MatchIr(new PathIr.Prefix("/"), Optional.empty(), List.of(), List.of(), false);

    public MatchIr {
        headers = List.copyOf(headers);
        query = List.copyOf(query);
    }

    /** A condition on the path, without the query. */
    public sealed interface PathIr {
        /** The path itself. */
        String value();

        /** Equal. */
        record Exact(String value) implements PathIr {}

        /** Whole path elements: {@code /a} takes {@code /a} and {@code /a/b}, not {@code /ab}; a trailing slash does not count. */
        record Prefix(String value) implements PathIr {}

        /** Plain characters: {@code /a} takes {@code /ab} too. */
        record TextPrefix(String value) implements PathIr {}

        /** A regular expression (RE2) for the whole path. */
        record Regex(String value) implements PathIr {}
    }

    /**
     * A condition on a header or query parameter.
     *
     * @param name the name; of a header in lower case
     * @param value the condition on its value
     * @param invert whether the opposite is wanted
     */
    public record ParameterIr(String name, ValueIr value, boolean invert) {}

    /** A condition on a value. */
    public sealed interface ValueIr {
        /** Equal. */
        record Exact(String value, boolean ignoreCase) implements ValueIr {}

        /** Begins with. */
        record Prefix(String value, boolean ignoreCase) implements ValueIr {}

        /** Ends with. */
        record Suffix(String value, boolean ignoreCase) implements ValueIr {}

        /** Contains. */
        record Contains(String value, boolean ignoreCase) implements ValueIr {}

        /** A regular expression (RE2) for the whole value. */
        record Regex(String value) implements ValueIr {}

        /** A decimal integer from {@code start} to below {@code end}. */
        record Range(long start, long end) implements ValueIr {}

        /** Is there at all. */
        record Present() implements ValueIr {}
    }
}
