package dev.waypoint.filters;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.waypoint.config.Cidr;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import dev.waypoint.filter.HeaderName;
import java.util.List;
import java.util.Optional;

/** Which requests are meant, in the form of an HTTPRoute's match. All conditions must hold. */
public record RequestMatch(
        @Doc("The path.") Optional<PathMatch> path,
        @Doc("The method.") @Size(min = 1, max = 64) Optional<String> method,

        @Doc("Several methods, of which one must be the request's.") @Size(max = 16)
        List<String> methods,

        @Doc("Headers, all of which must match.") @Size(max = 16)
        List<HeaderMatch> headers,

        @Doc("Query parameters, all of which must match.") @Size(max = 16)
        List<QueryMatch> queryParams,

        @Doc("Blocks of addresses, of which one must hold the client's.") @Size(max = 256)
        List<Cidr> sourceCIDRs,

        @Doc("Claims of a verified token, all of which must match.") @Size(max = 16)
        List<ClaimMatch> claims) {

    /** @throws IllegalArgumentException if the method is given twice */
    public RequestMatch {
        methods = List.copyOf(methods);
        headers = List.copyOf(headers);
        queryParams = List.copyOf(queryParams);
        sourceCIDRs = List.copyOf(sourceCIDRs);
        claims = List.copyOf(claims);
        if (method.isPresent() && !methods.isEmpty()) {
            throw new IllegalArgumentException("both method and methods are given, expected one of them");
        }
    }

    /** How a value is compared. */
    public enum Comparison {
        /** Equal to the last character. */
        @Name("Exact")
        EXACT,
        /** The whole value matches an expression in the syntax of RE2. */
        @Name("RegularExpression")
        REGULAR_EXPRESSION
    }

    /** How a path is compared. */
    public enum PathComparison {
        /** The same path. */
        @Name("Exact")
        EXACT,
        /** The path, or one below it. */
        @Name("PathPrefix")
        PATH_PREFIX,
        /** The whole path matches an expression in the syntax of RE2. */
        @Name("RegularExpression")
        REGULAR_EXPRESSION
    }

    /** A condition on the path. */
    public record PathMatch(
            @Doc("How it is compared; prefixes by whole segments.") @Default("\"PathPrefix\"")
            PathComparison type,

            @Doc("What it is compared with.") @Default("\"/\"") @Size(min = 1, max = 1024)
            String value) {
        public PathMatch {
            if (type == PathComparison.REGULAR_EXPRESSION) {
                checkRegex(value);
            } else if (!value.startsWith("/")) {
                throw new IllegalArgumentException("the path is '" + value + "', expected it to start with /");
            }
        }
    }

    /** A condition on a header. */
    public record HeaderMatch(
            @Doc("The name of the header.") HeaderName name,

            @Doc("How its value is compared.") @Default("\"Exact\"")
            Comparison type,

            @Doc("What it is compared with.") @Size(min = 1, max = 4096)
            String value) {
        public HeaderMatch {
            check(type, value);
        }
    }

    /** A condition on a query parameter. */
    public record QueryMatch(
            @Doc("The name of the parameter.") @Size(min = 1, max = 256)
            String name,

            @Doc("How its first value is compared.") @Default("\"Exact\"")
            Comparison type,

            @Doc("What it is compared with.") @Size(min = 1, max = 1024)
            String value) {
        public QueryMatch {
            check(type, value);
        }
    }

    /** A condition on a claim. */
    public record ClaimMatch(
            @Doc("The name of the claim; dots lead into objects.") @Size(min = 1, max = 256)
            String name,

            @Doc("The values, of which one must be that of the claim, or in its list.") @Size(min = 1, max = 64)
            List<String> values) {
        public ClaimMatch {
            values = List.copyOf(values);
        }
    }

    private static void check(Comparison type, String value) {
        if (type == Comparison.REGULAR_EXPRESSION) {
            checkRegex(value);
        }
    }

    private static void checkRegex(String value) {
        try {
            Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + value + "' is no regular expression in the syntax of RE2: " + e.getMessage(), e);
        }
    }
}
