package dev.waypoint.filters;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.QueryParams;
import dev.waypoint.filter.CallerIdentity;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.MatchPath;
import dev.waypoint.filter.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The values that an exchange holds for templates and other readers of requests. */
public final class RequestValues {

    private RequestValues() {}

    /** The value of a source other than captures; empty if there is none. */
    static Optional<String> find(Exchange exchange, ValueTemplate.Source source, String argument) {
        RequestHead head = exchange.request();
        return switch (source) {
            case METHOD -> Optional.of(head.method());
            case SCHEME -> Optional.of(head.scheme());
            case AUTHORITY -> Optional.of(head.authority());
            case HOST -> Optional.of(withoutPort(head.authority()));
            case PATH -> Optional.of(MatchPath.of(head.path()));
            case QUERY -> Optional.of(MatchPath.queryOf(head.path()));
            case REQUEST_ID -> Optional.of(exchange.requestId());
            case CLIENT_ADDRESS -> Optional.of(exchange.clientAddress().getHostAddress());
            case IDENTITY -> exchange.get(ExchangeKeys.IDENTITY).map(CallerIdentity::id);
            case USER -> exchange.get(ExchangeKeys.USER);
            case ROUTE ->
                exchange.route()
                        .map(route ->
                                route.route().namespace() + "/" + route.route().name());
            case STATUS -> exchange.response().map(response -> Integer.toString(response.status()));
            case HEADER -> joined(head.headers().getAll(argument));
            case RESPONSE_HEADER ->
                exchange.response()
                        .flatMap(response -> joined(response.headers().getAll(argument)));
            case COOKIE -> cookie(head, argument);
            case QUERY_PARAMETER -> queryParameter(head, argument);
            case CLAIM -> exchange.get(ExchangeKeys.CLAIMS).flatMap(claims -> claim(claims, argument));
            case METADATA -> metadata(exchange, argument);
            case CAPTURE -> Optional.empty();
        };
    }

    /** Several values of one header as one, as RFC 9110, section 5.3, joins them; empty for none. */
    public static Optional<String> joined(List<String> values) {
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(",", values));
    }

    /** The value of a header, several joined; {@code host} is the authority; empty if there is none. */
    public static String header(RequestHead head, CharSequence name) {
        if (HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)) {
            return head.authority();
        }
        List<String> values = head.headers().getAll(name);
        return switch (values.size()) {
            case 0 -> "";
            case 1 -> values.getFirst();
            default -> String.join(",", values);
        };
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    /** The first value of a cookie. */
    public static Optional<String> cookie(RequestHead head, String name) {
        for (String header : head.headers().getAll("cookie")) {
            for (String pair : header.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).trim().equals(name)) {
                    return Optional.of(pair.substring(equals + 1).trim());
                }
            }
        }
        return Optional.empty();
    }

    /** The first value of a query parameter, decoded. */
    public static Optional<String> queryParameter(RequestHead head, String name) {
        String query = MatchPath.queryOf(head.path());
        return query.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(QueryParams.fromQueryString(query).get(name));
    }

    /** Whether a piece of a query, such as {@code a%20b=1}, is the parameter of a name. */
    static boolean isParameter(String pair, String name) {
        return QueryParams.fromQueryString(pair).contains(name);
    }

    /**
     * The value of a claim, by its name or by a path of names with dots between them. Lists are joined by commas, objects printed
     * as JSON.
     */
    public static Optional<String> claim(JsonNode claims, String name) {
        return text(claimNode(claims, name));
    }

    /** A claim as it stands in the token, found like {@link #claim}; a missing node if there is none. */
    public static JsonNode claimNode(JsonNode claims, String name) {
        JsonNode value = claims.path(name);
        if (value.isMissingNode()) {
            value = claims;
            for (String step : name.split("\\.", -1)) {
                value = value.path(step);
            }
        }
        return value;
    }

    private static Optional<String> text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isArray()) {
            List<String> entries = new ArrayList<>();
            value.forEach(entry -> text(entry).ifPresent(entries::add));
            return Optional.of(String.join(",", entries));
        }
        return Optional.of(value.isValueNode() ? value.asText() : value.toString());
    }

    /** A value of the metadata, named {@code namespace/key}. */
    private static Optional<String> metadata(Exchange exchange, String name) {
        int slash = name.lastIndexOf('/');
        JsonNode namespace = slash < 0 ? null : exchange.metadata().get(name.substring(0, slash));
        return namespace == null ? Optional.empty() : claim(namespace, name.substring(slash + 1));
    }
}
