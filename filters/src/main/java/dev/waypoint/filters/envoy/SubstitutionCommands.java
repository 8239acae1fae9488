package dev.waypoint.filters.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filters.envoy.Substitution.Part;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The commands of a {@link Substitution}. */
final class SubstitutionCommands {

    private SubstitutionCommands() {}

    static Part of(String name, String argument) {
        return switch (name) {
            case "REQ" -> either(argument, SubstitutionCommands::request);
            case "RESP" -> either(argument, SubstitutionCommands::response);
            case "DYNAMIC_METADATA" -> metadata(argument);
            case "ENVIRONMENT" -> {
                String value = Optional.ofNullable(System.getenv(argument)).orElse("");
                yield subject -> value;
            }
            case "START_TIME" ->
                subject -> Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
            case "RESPONSE_CODE" ->
                subject -> subject.response()
                        .map(head -> String.valueOf(head.status()))
                        .orElse("0");
            default -> connection(name);
        };
    }

    private static Part connection(String name) {
        return switch (name) {
            case "PROTOCOL" -> facts(facts -> facts.protocol().text());
            case "DOWNSTREAM_REMOTE_ADDRESS" ->
                subject -> address(subject.exchange().clientAddress()) + ":"
                        + subject.exchange().clientPort();
            case "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" ->
                subject -> address(subject.exchange().clientAddress());
            case "DOWNSTREAM_DIRECT_REMOTE_ADDRESS" -> facts(facts -> withPort(facts.remote()));
            case "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT" -> facts(facts -> withoutPort(facts.remote()));
            case "DOWNSTREAM_REMOTE_PORT" ->
                subject -> String.valueOf(subject.exchange().clientPort());
            case "DOWNSTREAM_LOCAL_ADDRESS" -> facts(facts -> withPort(facts.local()));
            case "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT" -> facts(facts -> withoutPort(facts.local()));
            case "DOWNSTREAM_LOCAL_PORT" ->
                facts(facts -> String.valueOf(facts.local().getPort()));
            case "REQUESTED_SERVER_NAME" ->
                facts(facts ->
                        facts.tls().map(ConnectionFacts.TlsFacts::serverName).orElse(""));
            case "DOWNSTREAM_TLS_VERSION" ->
                facts(facts ->
                        facts.tls().map(ConnectionFacts.TlsFacts::version).orElse(""));
            case "DOWNSTREAM_TLS_CIPHER" ->
                facts(facts -> facts.tls().map(ConnectionFacts.TlsFacts::cipher).orElse(""));
            case "CONNECTION_ID" -> facts(facts -> String.valueOf(facts.id()));
            case "STREAM_ID", "UNIQUE_ID" -> subject -> subject.exchange().requestId();
            case "ROUTE_NAME" ->
                subject -> subject.exchange()
                        .route()
                        .map(Exchange.MatchedRoute::rule)
                        .orElse("");
            case "UPSTREAM_CLUSTER", "UPSTREAM_CLUSTER_RAW" ->
                subject -> subject.exchange()
                        .route()
                        .map(Exchange.MatchedRoute::cluster)
                        .orElse("");
            default -> throw new IllegalArgumentException("the command '%" + name + "%' is not supported");
        };
    }

    private static Part facts(Function<ConnectionFacts, String> value) {
        return subject -> value.apply(subject.exchange().connection());
    }

    private static String withPort(InetSocketAddress address) {
        return withoutPort(address) + ":" + address.getPort();
    }

    private static String withoutPort(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        return ip == null ? address.getHostString() : address(ip);
    }

    private static String address(InetAddress ip) {
        return ip.getHostAddress();
    }

    /** {@code name?alternative}: the alternative if the header is missing. */
    private static Part either(String argument, Function<String, Part> header) {
        int mark = argument.indexOf('?');
        if (mark < 0) {
            return header.apply(argument.toLowerCase(Locale.ROOT));
        }
        Part first = header.apply(argument.substring(0, mark).toLowerCase(Locale.ROOT));
        Part second = header.apply(argument.substring(mark + 1).toLowerCase(Locale.ROOT));
        return subject -> {
            String text = first.text(subject);
            return text.isEmpty() ? second.text(subject) : text;
        };
    }

    private static Part request(String name) {
        return switch (name) {
            case ":method" -> subject -> subject.request().method();
            case ":path" -> subject -> subject.request().path();
            case ":scheme" -> subject -> subject.request().scheme();
            case ":authority", "host" -> subject -> subject.request().authority();
            default -> subject -> header(subject.request(), name);
        };
    }

    private static String header(RequestHead head, String name) {
        return head.header(name);
    }

    private static Part response(String name) {
        if (name.equals(":status")) {
            return subject -> subject.response()
                    .map(head -> String.valueOf(head.status()))
                    .orElse("");
        }
        return subject -> subject.response().map(head -> head.header(name)).orElse("");
    }

    /** {@code namespace:key:key}: text as it is, other values as JSON. */
    private static Part metadata(String argument) {
        String[] path = argument.split(":", -1);
        return subject -> {
            ObjectNode namespace = subject.exchange().metadata().get(path[0]);
            JsonNode value = namespace;
            for (int i = 1; i < path.length && value != null; i++) {
                value = value.get(path[i]);
            }
            if (value == null || value.isNull()) {
                return "";
            }
            return value.isTextual() ? value.textValue() : value.toString();
        };
    }
}
