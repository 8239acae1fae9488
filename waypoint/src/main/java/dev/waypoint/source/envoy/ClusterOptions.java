package dev.waypoint.source.envoy;

import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How HTTP is spoken to a cluster ({@code HttpProtocolOptions}, or the older fields of the cluster itself).
 *
 * @param protocol what is spoken
 * @param idleTimeout how long an unused connection is kept
 * @param maxRequestsPerConnection requests after which a connection is replaced; 0 for no bound
 * @param keepAlive how silent connections are looked after, where the cluster says it
 * @param filters the upstream filters, without the codec
 */
record ClusterOptions(
        BackendIr.Protocol protocol,
        Duration idleTimeout,
        int maxRequestsPerConnection,
        Optional<KeepAliveIr> keepAlive,
        List<Message> filters) {

    private static final String EXTENSION = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private static final String CODEC = "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec";
    private static final Duration IDLE = Duration.ofHours(1);

    static ClusterOptions read(Message cluster) {
        Map<String, Message> extensions = cluster.messageMap("typed_extension_protocol_options");
        Message options = extensions.remove(EXTENSION);
        extensions
                .values()
                .forEach(other -> other.problems().warning(other.path(), "", "not understood, has no effect"));
        if (options == null) {
            return legacy(cluster);
        }
        Message common = options.child("common_http_protocol_options");
        common.harmless("max_headers_count", "headers_with_underscores_action");
        Message upstream = options.child("upstream_http_protocol_options");
        upstream.harmless("auto_sni", "auto_san_validation", "override_auto_sni_header");
        return new ClusterOptions(
                protocol(options, cluster),
                common.duration("idle_timeout").orElse(IDLE),
                common.cappedCount("max_requests_per_connection", 0),
                keepAlive(options),
                filters(options));
    }

    private static ClusterOptions legacy(Message cluster) {
        Optional<Message> http2 = cluster.message("http2_protocol_options");
        http2.ifPresent(ClusterOptions::http2);
        cluster.message("http_protocol_options").ifPresent(ClusterOptions::http1);
        Message common = cluster.child("common_http_protocol_options");
        cluster.message("upstream_http_protocol_options")
                .ifPresent(upstream -> upstream.harmless("auto_sni", "auto_san_validation"));
        return new ClusterOptions(
                http2.isPresent() ? BackendIr.Protocol.HTTP2 : BackendIr.Protocol.HTTP1,
                common.duration("idle_timeout").orElse(IDLE),
                cluster.cappedCount("max_requests_per_connection", 0),
                http2.flatMap(ClusterOptions::careOf),
                List.of());
    }

    private static BackendIr.Protocol protocol(Message options, Message cluster) {
        String kind = options.oneOf("explicit_http_config", "use_downstream_protocol_config", "auto_config")
                .orElse("");
        return switch (kind) {
            case "explicit_http_config" -> explicit(options.child(kind));
            case "use_downstream_protocol_config" -> {
                both(options.child(kind));
                yield BackendIr.Protocol.AUTO;
            }
            case "auto_config" -> {
                both(options.child(kind));
                yield cluster.has("transport_socket") ? BackendIr.Protocol.HTTP2 : BackendIr.Protocol.HTTP1;
            }
            default -> {
                options.problems()
                        .error(
                                options.path(),
                                "",
                                "expected explicit_http_config, use_downstream_protocol_config or auto_config");
                yield BackendIr.Protocol.HTTP1;
            }
        };
    }

    private static BackendIr.Protocol explicit(Message config) {
        String kind = config.oneOf("http_protocol_options", "http2_protocol_options", "http3_protocol_options")
                .orElse("");
        return switch (kind) {
            case "http2_protocol_options" -> {
                http2(config.child(kind));
                yield BackendIr.Protocol.HTTP2;
            }
            case "http_protocol_options" -> {
                http1(config.child(kind));
                yield BackendIr.Protocol.HTTP1;
            }
            default -> {
                config.problems()
                        .error(config.path(), kind, "expected http_protocol_options or http2_protocol_options");
                yield BackendIr.Protocol.HTTP1;
            }
        };
    }

    private static void both(Message config) {
        config.message("http_protocol_options").ifPresent(ClusterOptions::http1);
        config.message("http2_protocol_options").ifPresent(ClusterOptions::http2);
    }

    private static void http1(Message options) {
        options.harmless("enable_trailers", "header_key_format", "allow_absolute_url", "accept_http_10");
    }

    private static void http2(Message options) {
        options.harmless("initial_stream_window_size", "initial_connection_window_size", "max_concurrent_streams");
        options.harmless("allow_connect", "hpack_table_size");
        careOf(options);
    }

    private static Optional<KeepAliveIr> keepAlive(Message options) {
        for (String kind : List.of("explicit_http_config", "use_downstream_protocol_config", "auto_config")) {
            Optional<KeepAliveIr> found = options.message(kind)
                    .flatMap(config -> config.message("http2_protocol_options"))
                    .flatMap(ClusterOptions::careOf);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<KeepAliveIr> careOf(Message http2) {
        return http2.message("connection_keepalive").flatMap(care -> {
            care.harmless("interval_jitter", "connection_idle_interval");
            Duration timeout = care.duration("timeout").orElse(KeepAliveIr.DEFAULT.timeout());
            return care.duration("interval").map(interval -> new KeepAliveIr(interval, timeout));
        });
    }

    private static List<Message> filters(Message options) {
        List<Message> out = new ArrayList<>();
        for (Message filter : options.messages("http_filters")) {
            if (!filter.child("typed_config").type().equals(CODEC)) {
                out.add(filter);
            } else {
                filter.harmless("name");
            }
        }
        return out;
    }
}
