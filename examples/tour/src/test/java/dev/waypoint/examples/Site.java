package dev.waypoint.examples;

import java.util.Locale;

/** A listener with one processor. */
enum Site {
    EDIT("edit", "{}"),
    REDACT_STREAMED(
            "redact",
            "{request_body_mode: STREAMED, response_body_mode: STREAMED, request_trailer_mode: SEND, "
                    + "response_trailer_mode: SEND}"),
    REDACT_DUPLEX(
            "redact",
            "{request_body_mode: FULL_DUPLEX_STREAMED, response_body_mode: FULL_DUPLEX_STREAMED, "
                    + "request_trailer_mode: SEND, response_trailer_mode: SEND}"),
    VALIDATE("validate", "{request_body_mode: BUFFERED, response_header_mode: SKIP}"),
    LLM("llm", "{response_body_mode: FULL_DUPLEX_STREAMED, response_trailer_mode: SEND}");

    private final String processor;
    private final String modes;

    Site(String processor, String modes) {
        this.processor = processor;
        this.modes = modes;
    }

    String processor() {
        return processor;
    }

    /** The listener in an Envoy bootstrap. */
    String listener(int port) {
        return """
              - name: %1$s
                address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}
                filter_chains:
                  - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: %1$s
                          codec_type: AUTO
                          http_protocol_options: {enable_trailers: true}
                          route_config:
                            virtual_hosts:
                              - name: all
                                domains: ["*"]
                                routes:
                                  - match: {prefix: /new/}
                                    route: {cluster: backend}
                                    request_headers_to_add: [{header: {key: x-route, value: new}}]
                                  - match: {prefix: /}
                                    route: {cluster: backend}
                          http_filters:
                            - name: envoy.filters.http.ext_proc
                              typed_config:
                                "@type": type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor
                                grpc_service: {envoy_grpc: {cluster_name: %3$s}}
                                message_timeout: 30s
                                processing_mode: %4$s
                            - name: envoy.filters.http.router
                              typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """.formatted(name().toLowerCase(Locale.ROOT), port, processor, modes);
    }

    /** A cluster of an Envoy bootstrap. */
    static String cluster(String name, int port, String protocol) {
        return """
              - name: %1$s
                type: STATIC
                connect_timeout: 2s
                load_assignment:
                  cluster_name: %1$s
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config: {%3$s}
            """.formatted(name, port, protocol);
    }
}
