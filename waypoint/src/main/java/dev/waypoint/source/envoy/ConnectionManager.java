package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.ListenerSettingsIr.ForwardingIr;
import dev.waypoint.ir.ListenerSettingsIr.HttpIr;
import java.time.Duration;

/**
 * What an {@code HttpConnectionManager} says besides filters and routes.
 *
 * @param facts what routes take from it
 * @param limits what is held of one message
 * @param plain the settings without the PROXY protocol
 */
record ConnectionManager(ListenerFacts facts, MessageLimits limits, ListenerSettingsIr plain) {

    static final String TYPE = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    private static final Duration STREAM_IDLE = Duration.ofMinutes(5);
    private static final Duration CONNECTION_IDLE = Duration.ofHours(1);
    private static final int MAX_STREAMS = 1024;
    private static final int HEADER_KIB = 60;

    /** {@code CodecType} in the order of the numbers. */
    private enum Codec {
        AUTO,
        HTTP1,
        HTTP2,
        HTTP3
    }

    static ConnectionManager read(Message manager, ResourceRef ref, boolean tls, int buffer) {
        manager.required("stat_prefix");
        if (manager.choice("codec_type", Codec.class, Codec.AUTO) == Codec.HTTP3) {
            manager.error("codec_type", "HTTP/3 is not supported, expected AUTO");
        }
        inert(manager);
        Message common = manager.child("common_http_protocol_options");
        common.harmless("headers_with_underscores_action", "max_connection_duration", "max_requests_per_connection");
        common.noEffect("max_stream_duration", "set it on the route");
        Message http1 = manager.child("http_protocol_options");
        http1.harmless("accept_http_10", "default_host_for_http_10", "header_key_format", "allow_absolute_url");
        Message http2 = manager.child("http2_protocol_options");
        http2.harmless("initial_connection_window_size", "hpack_table_size", "allow_connect", "connection_keepalive");
        http2.harmless(
                "max_outbound_frames", "max_outbound_control_frames", "override_stream_error_on_invalid_http_message");
        int window = http2.cappedCount("initial_stream_window_size", MessageLimits.DEFAULT.http2Bytes());
        int headerKib = manager.count("max_request_headers_kb", HEADER_KIB);
        MessageLimits limits = new MessageLimits(
                buffer,
                window,
                common.cappedCount("max_headers_count", MessageLimits.DEFAULT.headers()),
                headerKib * 1024);
        ListenerFacts facts = new ListenerFacts(
                ref,
                tls,
                manager.duration("stream_idle_timeout").orElse(STREAM_IDLE),
                manager.duration("request_timeout").orElse(Duration.ZERO),
                Upgrades.any(manager.messages("upgrade_configs")),
                buffer);
        ListenerSettingsIr settings = new ListenerSettingsIr(
                trustedHops(manager),
                false,
                headerKib * 1024,
                http2.cappedCount("max_concurrent_streams", MAX_STREAMS),
                common.duration("idle_timeout").orElse(CONNECTION_IDLE),
                manager.duration("request_headers_timeout").orElse(ListenerSettingsIr.DEFAULT.headerTimeout()),
                forwarding(manager),
                new HttpIr(window, http1.flag("enable_trailers", false), manager.flag("proxy_100_continue", false)));
        return new ConnectionManager(facts, limits, settings);
    }

    /** Envoy trusts nobody unless it may use the remote address; then the given number of proxies in front. */
    private static int trustedHops(Message manager) {
        int hops = manager.cappedCount("xff_num_trusted_hops", 0);
        return manager.flag("use_remote_address", false) ? hops : hops + 1;
    }

    private static ForwardingIr forwarding(Message manager) {
        boolean requestId = manager.flag("generate_request_id", true);
        manager.harmless("preserve_external_request_id");
        manager.noEffect("always_set_request_id_in_response", "the request id is not sent to clients");
        return new ForwardingIr(manager.flag("use_remote_address", false), false, manager.string("via"), requestId);
    }

    private static void inert(Message manager) {
        manager.noEffect("access_log", "access logs are set with the proxy's own options");
        manager.noEffect("access_log_options", "access logs are set with the proxy's own options");
        manager.noEffect("tracing", "tracing is set with the proxy's own options");
        manager.noEffect("local_reply_config", "bodies of local replies stay as they are");
        manager.noEffect("server_name", "no server header is added");
        manager.noEffect("internal_address_config", "no address counts as internal");
        manager.noEffect("forward_client_cert_details", "x-forwarded-client-cert is not changed");
        manager.noEffect("set_current_client_cert_details", "x-forwarded-client-cert is not changed");
        manager.noEffect("request_id_extension", "request ids are random");
        manager.noEffect("original_ip_detection_extensions", "use xff_num_trusted_hops");
        manager.noEffect("scheme_header_transformation", "the scheme is that of the connection");
        manager.noEffect("path_with_escaped_slashes_action", "escaped slashes are kept");
        manager.harmless("server_header_transformation", "normalize_path", "merge_slashes", "strip_matching_host_port");
        manager.harmless("strip_any_host_port", "strip_trailing_host_dot", "skip_xff_append", "add_user_agent");
        manager.harmless("drain_timeout", "delayed_close_timeout", "stream_error_on_invalid_http_message");
        manager.harmless("represent_ipv4_remote_address_as_ipv4_mapped_ipv6", "path_normalization_options");
        manager.harmless("append_x_forwarded_port", "http3_protocol_options", "typed_header_validation_config");
    }

    /** The settings of the listener. */
    ListenerSettingsIr settings(boolean proxyProtocol) {
        return new ListenerSettingsIr(
                plain.trustedHops(),
                proxyProtocol,
                plain.maxHeaderBytes(),
                plain.maxStreams(),
                plain.idleTimeout(),
                plain.headerTimeout(),
                plain.forwarding(),
                plain.http());
    }
}
