/** The same setup in two languages: one listener, one route, one backend. */
final class Configs {

    private Configs() {}

    static String gatewayApi(int port, int backend) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: bench}
                spec:
                  gatewayClassName: waypoint
                  listeners: [{name: http, port: %d, protocol: HTTP}]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: bench}
                spec:
                  parentRefs: [{name: bench}]
                  rules: [{backendRefs: [{name: backend, port: 80}]}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: backend}
                spec:
                  ports: [{port: 80}]
                  endpoints: [{addresses: [127.0.0.1], port: %d}]
                """
                .formatted(port, backend);
    }

    static String envoy(int port, int backend) {
        return """
                static_resources:
                  listeners:
                  - name: bench
                    address: {socket_address: {address: 127.0.0.1, port_value: %d}}
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: bench
                          route_config:
                            name: bench
                            virtual_hosts:
                            - name: bench
                              domains: ["*"]
                              routes: [{match: {prefix: "/"}, route: {cluster: backend}}]
                          http_filters:
                          - name: envoy.filters.http.router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                  clusters:
                  - name: backend
                    type: STATIC
                    load_assignment:
                      cluster_name: backend
                      endpoints:
                      - lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]
                """
                .formatted(port, backend);
    }
}
