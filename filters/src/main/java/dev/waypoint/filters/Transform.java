package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeaderName;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Edits headers with values taken from the exchange: other headers, parts of the path, the client's address, identity, claims. An
 * edit whose value has a source without a value (and without a fallback) is not made.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class Transform implements FilterFactory<Transform.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "transform",
            Placement.in(Stage.TRANSFORM),
            Config.class,
            "Edits headers with values from the path, other headers, the client's address, identity or claims.");

    private static final ExchangeKey<Map<HttpFilter, Map<String, String>>> CAPTURED = ExchangeKey.of("captures");

    /** A header with a value to be filled in. */
    public record Field(
            @Doc("The name of the header.") HeaderName name,

            @Doc("The value; places such as `{header.x-user|nobody}` are filled in.")
            ValueTemplate value) {
        public Field {
            HeaderEdits.checkName(name);
        }
    }

    /** The edits of one direction. */
    public record Edits(
            @Doc("Headers that get exactly this value, whatever they had.") @Size(max = 64)
            List<Field> set,

            @Doc("Headers that get this value besides those that they have.") @Size(max = 64)
            List<Field> add,

            @Doc("Headers that are removed.") @Size(max = 64)
            List<HeaderName> remove) {
        public Edits {
            set = List.copyOf(set);
            add = List.copyOf(add);
            remove = List.copyOf(remove);
        }

        private Stream<ValueTemplate> templates() {
            return Stream.concat(set.stream(), add.stream()).map(Field::value);
        }

        /** All values are taken before the first edit, so that edits do not see each other. */
        private void apply(HttpHeadersBuilder headers, ValueTemplate.Lookup lookup) {
            List<Optional<String>> toSet =
                    set.stream().map(field -> field.value.fill(lookup)).toList();
            List<Optional<String>> toAdd =
                    add.stream().map(field -> field.value.fill(lookup)).toList();
            remove.forEach(name -> headers.remove(name.lower()));
            for (int i = 0; i < set.size(); i++) {
                HeaderName name = set.get(i).name;
                toSet.get(i).ifPresent(value -> headers.set(name.lower(), value));
            }
            for (int i = 0; i < add.size(); i++) {
                HeaderName name = add.get(i).name;
                toAdd.get(i).ifPresent(value -> headers.add(name.lower(), value));
            }
        }
    }

    /** A part of a value. */
    public record Capture(
            @Doc("The value, such as `{path}` or `{header.authorization}`.")
            ValueTemplate from,

            @Doc("The expression (RE2) to look for in it.") Pattern pattern,

            @Doc("The group to take; else the first one, or the whole match where there are no groups.") @Range(min = 0)
            OptionalInt group) {
        public Capture {
            if (group.orElse(0) > pattern.groupCount()) {
                throw new IllegalArgumentException(
                        "group is " + group.orElse(0) + ", but the pattern has " + pattern.groupCount() + " groups");
            }
            if (from.uses(hole -> hole.source() == ValueTemplate.Source.CAPTURE
                    || hole.source().needsResponse())) {
                throw new IllegalArgumentException("a capture can be made of request values only");
            }
        }

        private Optional<String> find(Exchange exchange) {
            return from.fill((source, argument) -> RequestValues.find(exchange, source, argument))
                    .flatMap(text -> {
                        Matcher matcher = pattern.matcher(text);
                        int index = group.orElse(Math.min(1, pattern.groupCount()));
                        return matcher.find() ? Optional.ofNullable(matcher.group(index)) : Optional.empty();
                    });
        }
    }

    /** The configuration. */
    @Doc("Places in values are written in braces: `{method}`, `{scheme}`, `{authority}`, `{host}`, `{path}` "
            + "(as routes are matched by), `{query}`, `{query.name}`, `{header.name}`, `{cookie.name}`, "
            + "`{client.address}`, `{identity}`, `{user}`, `{claim.name}`, `{metadata.namespace/key}`, "
            + "`{request-id}`, `{route}`, `{capture.name}`; in responses also `{status}` and "
            + "`{response-header.name}`. `{header.x-user|nobody}` has a fallback; `{{` and `}}` stand for braces. "
            + "An edit whose value has a source without value and fallback is not made, nor is one whose value has "
            + "control characters. Edits do not see each other.")
    @Example("{captures: {tenant: {from: '{path}', pattern: '^/t/([^/]+)'}}, request: {set: [{name: 'x-tenant', "
            + "value: '{capture.tenant|none}'}, {name: 'x-client', value: '{client.address}'}]}, reroute: true}")
    public record Config(
            @Doc(
                    "Parts of values, for use as `{capture.name}`. Taken when the request passes, also for use in the response.")
            @Size(max = 16)
            Map<String, Capture> captures,

            @Doc("Edits of the request's headers.") @Default("{}")
            Edits request,

            @Doc("Edits of the response's headers; local replies are edited too.") @Default("{}")
            Edits response,

            @Doc("Whether the route is matched again after the request's edits.") @Default("false")
            boolean reroute) {
        public Config {
            captures = Map.copyOf(captures);
            if (request.templates()
                    .anyMatch(value -> value.uses(hole -> hole.source().needsResponse()))) {
                throw new IllegalArgumentException("an edit of the request uses a value of the response");
            }
            for (ValueTemplate template :
                    Stream.concat(request.templates(), response.templates()).toList()) {
                checkCaptures(template, captures);
            }
        }

        private static void checkCaptures(ValueTemplate template, Map<String, Capture> captures) {
            if (template.uses(hole -> isCapture(hole) && !captures.containsKey(hole.argument()))) {
                throw new IllegalArgumentException(
                        "'" + template + "' uses a capture that is not defined; captures are " + captures.keySet());
            }
        }

        private static boolean isCapture(ValueTemplate.Hole hole) {
            return hole.source() == ValueTemplate.Source.CAPTURE;
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config);
    }

    private static final class Filter implements HeadersFilter {
        private final Config config;
        private final boolean captureForResponse;

        Filter(Config config) {
            this.config = config;
            this.captureForResponse = config.response.templates().anyMatch(value -> value.uses(Config::isCapture));
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            Map<String, String> captured = capture(exchange);
            config.request.apply(head.headers(), lookup(exchange, captured));
            return config.reroute ? Verdict.reroute() : Verdict.next();
        }

        @Override
        public void onResponse(ResponseHead head, Exchange exchange) {
            Map<String, String> captured = exchange.get(CAPTURED)
                    .map(all -> all.getOrDefault(this, Map.of()))
                    .orElse(Map.of());
            config.response.apply(head.headers(), lookup(exchange, captured));
        }

        private Map<String, String> capture(Exchange exchange) {
            if (config.captures.isEmpty()) {
                return Map.of();
            }
            Map<String, String> captured = new HashMap<>();
            config.captures.forEach(
                    (name, capture) -> capture.find(exchange).ifPresent(value -> captured.put(name, value)));
            if (captureForResponse) {
                // One key for all instances, for keys are never given back.
                Map<HttpFilter, Map<String, String>> all =
                        exchange.get(CAPTURED).orElseGet(IdentityHashMap::new);
                all.put(this, captured);
                exchange.set(CAPTURED, all);
            }
            return captured;
        }

        private static ValueTemplate.Lookup lookup(Exchange exchange, Map<String, String> captured) {
            return (source, argument) -> source == ValueTemplate.Source.CAPTURE
                    ? Optional.ofNullable(captured.get(argument))
                    : RequestValues.find(exchange, source, argument);
        }
    }
}
