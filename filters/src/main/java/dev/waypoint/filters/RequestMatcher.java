package dev.waypoint.filters;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import dev.waypoint.config.Cidr;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.MatchPath;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filters.RequestMatch.ClaimMatch;
import dev.waypoint.filters.RequestMatch.Comparison;
import dev.waypoint.filters.RequestMatch.HeaderMatch;
import dev.waypoint.filters.RequestMatch.PathMatch;
import dev.waypoint.filters.RequestMatch.QueryMatch;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Conditions ready to be asked: at least one match must hold. */
public final class RequestMatcher {

    private final List<List<BiPredicate<RequestHead, Exchange>>> matches;

    /** @param matches what may match; none to mean every request */
    public RequestMatcher(List<RequestMatch> matches) {
        this.matches = matches.stream().map(RequestMatcher::conditions).toList();
    }

    /** Whether a request is meant; without any match every one is. */
    public boolean matches(RequestHead head, Exchange exchange) {
        if (matches.isEmpty()) {
            return true;
        }
        for (int i = 0; i < matches.size(); i++) {
            if (all(matches.get(i), head, exchange)) {
                return true;
            }
        }
        return false;
    }

    private static boolean all(
            List<BiPredicate<RequestHead, Exchange>> conditions, RequestHead head, Exchange exchange) {
        for (int i = 0; i < conditions.size(); i++) {
            if (!conditions.get(i).test(head, exchange)) {
                return false;
            }
        }
        return true;
    }

    /** The cheap conditions first. */
    private static List<BiPredicate<RequestHead, Exchange>> conditions(RequestMatch match) {
        List<BiPredicate<RequestHead, Exchange>> all = new ArrayList<>();
        match.method().ifPresent(method -> all.add((head, _) -> head.method().equals(method)));
        if (!match.methods().isEmpty()) {
            Set<String> methods = Set.copyOf(match.methods());
            all.add((head, _) -> methods.contains(head.method()));
        }
        match.path().ifPresent(path -> all.add(path(path)));
        match.headers().forEach(header -> all.add(header(header)));
        match.queryParams().forEach(parameter -> all.add(query(parameter)));
        if (!match.sourceCIDRs().isEmpty()) {
            all.add((_, exchange) -> contains(match.sourceCIDRs(), exchange.clientAddress()));
        }
        match.claims().forEach(claim -> all.add(claim(claim)));
        return List.copyOf(all);
    }

    private static BiPredicate<RequestHead, Exchange> path(PathMatch match) {
        Predicate<String> holds = switch (match.type()) {
            case EXACT -> match.value()::equals;
            case PATH_PREFIX -> prefix(match.value());
            case REGULAR_EXPRESSION -> Pattern.compile(match.value())::matches;
        };
        return (head, _) -> holds.test(MatchPath.of(head.path()));
    }

    /** By whole segments: {@code /a} takes {@code /a} and {@code /a/b}, not {@code /ab}; a slash at its end does not matter. */
    private static Predicate<String> prefix(String value) {
        String trimmed = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
        return path ->
                path.startsWith(trimmed) && (path.length() == trimmed.length() || path.charAt(trimmed.length()) == '/');
    }

    private static BiPredicate<RequestHead, Exchange> header(HeaderMatch match) {
        Predicate<String> holds = value(match.type(), match.value());
        return (head, _) -> {
            String value = RequestValues.header(head, match.name().lower());
            return !value.isEmpty() && holds.test(value);
        };
    }

    private static BiPredicate<RequestHead, Exchange> query(QueryMatch match) {
        Predicate<String> holds = value(match.type(), match.value());
        return (head, _) ->
                RequestValues.queryParameter(head, match.name()).filter(holds).isPresent();
    }

    private static Predicate<String> value(Comparison type, String value) {
        return switch (type) {
            case EXACT -> value::equals;
            case REGULAR_EXPRESSION -> Pattern.compile(value)::matches;
        };
    }

    private static boolean contains(List<Cidr> blocks, InetAddress address) {
        for (Cidr block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static BiPredicate<RequestHead, Exchange> claim(ClaimMatch match) {
        Set<String> values = Set.copyOf(match.values());
        return (_, exchange) -> exchange.get(ExchangeKeys.CLAIMS)
                .map(claims -> RequestValues.claimNode(claims, match.name()))
                .filter(node -> holds(node, values))
                .isPresent();
    }

    private static boolean holds(JsonNode claim, Set<String> values) {
        if (!claim.isArray()) {
            return claim.isValueNode() && values.contains(claim.asText());
        }
        for (JsonNode entry : claim) {
            if (entry.isValueNode() && values.contains(entry.asText())) {
                return true;
            }
        }
        return false;
    }
}
