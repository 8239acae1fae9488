package dev.waypoint.plan;

import com.google.re2j.Pattern;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.MatchIr.PathIr;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The conditions of one route entry, ready to be asked. */
final class RouteMatcher {

    private final MatchIr ir;
    private final Predicate<String> path;
    private final @Nullable String method;
    private final ParameterMatcher[] headers;
    private final ParameterMatcher[] query;

    RouteMatcher(MatchIr ir) {
        this.ir = ir;
        path = predicate(ir.path());
        method = ir.method().orElse(null);
        headers = ir.headers().stream().map(ParameterMatcher::new).toArray(ParameterMatcher[]::new);
        query = ir.query().stream().map(ParameterMatcher::new).toArray(ParameterMatcher[]::new);
    }

    MatchIr ir() {
        return ir;
    }

    boolean matchesPath(String normalised) {
        return path.test(normalised);
    }

    /** Whether everything but the path matches. */
    boolean matchesRest(RequestHead head) {
        return firstMismatch(head) == null;
    }

    /** Which condition besides the path does not hold; empty if all do. */
    Optional<String> mismatch(RequestHead head) {
        return Optional.ofNullable(firstMismatch(head));
    }

    private @Nullable String firstMismatch(RequestHead head) {
        if (method != null && !method.equals(head.method())) {
            return "method";
        }
        for (ParameterMatcher header : headers) {
            if (!header.holds(headerValue(head, header.name()))) {
                return header.name();
            }
        }
        if (query.length > 0) {
            QueryParameters parameters = QueryParameters.of(head.path());
            for (ParameterMatcher parameter : query) {
                if (!parameter.holds(parameters.first(parameter.name()))) {
                    return parameter.name();
                }
            }
        }
        if (ir.grpcOnly() && !head.isGrpc()) {
            return "content-type";
        }
        boolean drawn =
                ir.millionths() >= 1_000_000 || ThreadLocalRandom.current().nextInt(1_000_000) < ir.millionths();
        return drawn ? null : "share";
    }

    /** Several lines of one header are one value, joined by commas (RFC 9110, section 5.3). */
    private static @Nullable String headerValue(RequestHead head, String name) {
        if (name.charAt(0) == ':') {
            return switch (name) {
                case ":method" -> head.method();
                case ":path" -> head.path();
                case ":authority" -> head.authority();
                case ":scheme" -> head.scheme();
                default -> null;
            };
        }
        if (name.equals("host")) {
            return head.authority();
        }
        String first = head.headers().get(name);
        if (first == null) {
            return null;
        }
        var all = head.headers().getAll(name);
        return all.size() == 1 ? first : String.join(",", all);
    }

    private static Predicate<String> predicate(PathIr path) {
        return switch (path) {
            case PathIr.Exact exact -> exact.value()::equals;
            case PathIr.TextPrefix prefix -> text -> text.startsWith(prefix.value());
            case PathIr.Prefix prefix -> {
                String wanted = stripSlash(prefix.value());
                yield text -> text.startsWith(wanted)
                        && (text.length() == wanted.length() || text.charAt(wanted.length()) == '/');
            }
            case PathIr.Regex regex -> {
                Pattern pattern = Pattern.compile(regex.value());
                yield text -> pattern.matcher(text).matches();
            }
        };
    }

    /** A trailing slash of a prefix does not count; {@code /} becomes empty and takes everything. */
    static String stripSlash(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }
}
