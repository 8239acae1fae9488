package dev.waypoint.extproc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.extproc.state.HeaderFields;
import dev.waypoint.extproc.state.Heads;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The attributes of one exchange at this moment, by the names of Envoy's vocabulary. Groups are made when they are asked for. */
final class AttributeFacts {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Exchange exchange;

    AttributeFacts(Exchange exchange) {
        this.exchange = exchange;
    }

    /** The group of a name. */
    Optional<Object> find(String name) {
        return switch (name) {
            case "request" -> Optional.of(request());
            case "response" -> Optional.of(response());
            case "source" -> Optional.of(address(source()));
            case "destination" -> Optional.of(address(exchange.connection().local()));
            case "connection" -> Optional.of(connection());
            case "upstream" -> Optional.of(upstream());
            case "xds" -> Optional.of(xds());
            case "metadata" -> Optional.of(Map.of("filter_metadata", metadata()));
            case "filter_state", "upstream_filter_state" -> Optional.of(Map.of());
            default -> Optional.empty();
        };
    }

    private InetSocketAddress source() {
        return new InetSocketAddress(exchange.clientAddress(), exchange.clientPort());
    }

    private static Map<String, Object> address(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return Map.of("address", host + ":" + address.getPort(), "port", (long) address.getPort());
    }

    private Map<String, Object> request() {
        RequestHead head = exchange.request();
        Map<String, Object> facts = new HashMap<>();
        String path = head.path();
        int query = path.indexOf('?');
        facts.put("path", path);
        facts.put("url_path", query < 0 ? path : path.substring(0, query));
        facts.put("query", query < 0 ? "" : path.substring(query + 1));
        facts.put("host", head.authority());
        facts.put("scheme", head.scheme());
        facts.put("method", head.method());
        facts.put("protocol", exchange.connection().protocol().text());
        facts.put("id", exchange.requestId());
        facts.put("time", Instant.now().minusNanos(exchange.eventLoop().ticker().nanoTime() - exchange.startNanos()));
        putIfPresent(facts, "referer", head.headers(), "referer");
        putIfPresent(facts, "useragent", head.headers(), "user-agent");
        facts.put("size", size(head.headers()));
        HeaderFields fields = Heads.of(head);
        facts.put("headers", map(fields));
        facts.put("headers_bytes", (long) fields.byteSize());
        return facts;
    }

    private Map<String, Object> response() {
        Map<String, Object> facts = new HashMap<>();
        Optional<ResponseHead> came = exchange.response();
        if (came.isEmpty()) {
            return facts;
        }
        ResponseHead head = came.get();
        facts.put("code", (long) head.status());
        facts.put("flags", 0L);
        facts.put("size", size(head.headers()));
        HeaderFields fields = Heads.of(head);
        facts.put("headers", map(fields));
        facts.put("headers_bytes", (long) fields.byteSize());
        String grpcStatus = head.header("grpc-status");
        if (!grpcStatus.isEmpty() && grpcStatus.chars().allMatch(Character::isDigit) && grpcStatus.length() < 4) {
            facts.put("grpc_status", Long.parseLong(grpcStatus));
        }
        return facts;
    }

    private static long size(HttpHeadersBuilder headers) {
        long length = headers.contentLength();
        return Math.max(0, length);
    }

    private static void putIfPresent(
            Map<String, Object> facts, String name, HttpHeadersBuilder headers, String header) {
        String value = headers.get(header);
        if (value != null) {
            facts.put(name, value);
        }
    }

    private static Map<String, Object> map(HeaderFields fields) {
        Map<String, Object> headers = new LinkedHashMap<>();
        fields.forEach((name, value) -> headers.merge(name.toString(), value, (first, second) -> first + "," + second));
        return headers;
    }

    private Map<String, Object> connection() {
        ConnectionFacts connection = exchange.connection();
        Map<String, Object> facts = new HashMap<>();
        facts.put("id", connection.id());
        facts.put(
                "mtls",
                connection.tls().map(ConnectionFacts.TlsFacts::peerVerified).orElse(false));
        connection.tls().ifPresent(tls -> {
            facts.put("requested_server_name", tls.serverName());
            facts.put("tls_version", tls.version());
            if (!tls.peer().isEmpty()) {
                X509Certificate peer = tls.peer().getFirst();
                facts.put(
                        "subject_peer_certificate",
                        peer.getSubjectX500Principal().getName());
            }
        });
        return facts;
    }

    /** What is known of the upstream once it answered; a local reply has none. */
    private Map<String, Object> upstream() {
        boolean answered = exchange.response().isPresent()
                && exchange.response().get().cause().isEmpty();
        return answered ? Map.of("request_attempt_count", 1L) : Map.of();
    }

    private Map<String, Object> xds() {
        Map<String, Object> facts = new HashMap<>();
        facts.put("listener_direction", 0L);
        exchange.route().ifPresent(route -> {
            facts.put("route_name", route.rule());
            facts.put("virtual_host_name", virtualHost(route.route().name()));
            if (!route.cluster().isEmpty()) {
                String cluster = route.cluster();
                int start = cluster.indexOf('/') + 1;
                int end = cluster.lastIndexOf(':');
                facts.put("cluster_name", cluster.substring(start, end < start ? cluster.length() : end));
            }
        });
        return facts;
    }

    /** Routes that come from an Envoy bootstrap are named listener/host/route. */
    private static String virtualHost(String name) {
        String[] parts = name.split("/", -1);
        return parts.length == 3 ? parts[1] : name;
    }

    private Map<String, Object> metadata() {
        Map<String, Object> namespaces = new HashMap<>();
        exchange.metadata().forEach((name, value) -> namespaces.put(name, JSON.convertValue(value, Map.class)));
        return namespaces;
    }
}
