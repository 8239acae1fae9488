package dev.waypoint.filters.envoy;

import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filters.envoy.Substitution.Subject;
import dev.waypoint.ratelimit.envoy.DescriptorEntry;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** An action ready to be asked: finds the value of its entry in a request. */
final class RateActions {

    private final RateAction action;
    private final Substitution value;
    private final List<ValueMatch.Compiled> matches;
    private final List<AddressRange> ranges;

    RateActions(RateAction action) {
        this.action = action;
        value = Substitution.of(
                action.type() == RateAction.Type.METADATA
                        ? "%DYNAMIC_METADATA(" + action.from() + ")%"
                        : action.value());
        matches = action.matches().stream().map(ValueMatch.Compiled::new).toList();
        ranges = action.ranges().stream().map(AddressRange::of).toList();
    }

    boolean skipIfAbsent() {
        return action.skipIfAbsent();
    }

    /** The entry; empty if the request gives none. */
    Optional<DescriptorEntry> entry(RequestHead request, Exchange exchange) {
        return value(request, exchange).map(text -> new DescriptorEntry(action.key(), text));
    }

    private Optional<String> value(RequestHead request, Exchange exchange) {
        Subject subject = new Subject(exchange, request, Optional.empty());
        return switch (action.type()) {
            case FIXED -> Optional.of(value.text(subject)).filter(text -> !text.isEmpty());
            case HEADER -> header(request, action.from());
            case QUERY_PARAMETER -> query(request, action.from());
            case REMOTE_ADDRESS -> Optional.of(exchange.clientAddress().getHostAddress());
            case MASKED_REMOTE_ADDRESS -> Optional.of(masked(exchange.clientAddress()));
            case REMOTE_ADDRESS_MATCH ->
                fixedIf(ranges.stream().anyMatch(range -> range.contains(exchange.clientAddress())), subject);
            case HEADER_MATCH ->
                fixedIf(matches.stream().allMatch(match -> match.matches(header(request, match.name()))), subject);
            case QUERY_PARAMETER_MATCH ->
                fixedIf(matches.stream().allMatch(match -> match.matches(query(request, match.name()))), subject);
            case METADATA -> {
                String found = value.text(subject);
                yield Optional.of(found.isEmpty() ? action.value() : found).filter(text -> !text.isEmpty());
            }
        };
    }

    private Optional<String> fixedIf(boolean holds, Subject subject) {
        return holds == action.expectMatch()
                ? Optional.of(value.text(subject)).filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    private String masked(InetAddress address) {
        boolean v4 = address.getAddress().length == 4;
        int bits = v4 ? action.prefixV4().orElse(32) : action.prefixV6().orElse(128);
        return AddressRange.network(address, bits);
    }

    private static Optional<String> header(RequestHead request, String name) {
        return switch (name) {
            case ":path" -> Optional.of(request.path());
            case ":method" -> Optional.of(request.method());
            case ":scheme" -> Optional.of(request.scheme());
            case ":authority", "host" -> Optional.of(request.authority());
            default -> {
                List<String> all = request.headers().getAll(name);
                yield all.isEmpty() ? Optional.empty() : Optional.of(String.join(",", all));
            }
        };
    }

    /** The first value of a query parameter, decoded. */
    private static Optional<String> query(RequestHead request, String name) {
        int mark = request.path().indexOf('?');
        if (mark < 0) {
            return Optional.empty();
        }
        for (String pair : request.path().substring(mark + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decoded(key).equals(name)) {
                return Optional.of(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return Optional.empty();
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
