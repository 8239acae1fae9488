package dev.waypoint.control.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/** An API server in memory, with the definitions that a controller needs. */
final class MemoryCluster implements AutoCloseable {

    private static final List<String> GATEWAY_API =
            List.of("GatewayClass", "Gateway", "HTTPRoute", "ListenerSet", "ReferenceGrant");

    private final KubernetesMockServer server =
            new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new ApplyDispatcher(), false);
    private final KubernetesClient client;

    MemoryCluster() {
        server.init();
        client = server.createClient();
        GATEWAY_API.forEach(kind -> define("gateway.networking.k8s.io", kind, "v1"));
        define("waypoint.dev", "RateLimitPolicy", "v1alpha1");
        define("waypoint.dev", "WaypointParameters", "v1alpha1");
    }

    /** A connection of the server's own. */
    KubernetesClient client() {
        return client;
    }

    /** Installs a definition. */
    void define(String group, String kind, String version) {
        String name = kind.toLowerCase(Locale.ROOT);
        String plural = name.endsWith("cy")
                ? name.replaceFirst("y$", "ies")
                : name.endsWith("parameters")
                        ? name
                        : name.endsWith("s") || name.endsWith("sh") ? name + "es" : name + "s";
        boolean wide = kind.equals("GatewayClass") || kind.equals("XMesh");
        client.resource("""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %1$s.%2$s}
            spec:
              group: %2$s
              scope: %5$s
              names: {plural: %1$s, kind: %3$s}
              versions:
              - {name: %4$s, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object}}}
            status: {conditions: [{type: Established, status: "True"}]}
            """.formatted(plural, group, kind, version, wide ? "Cluster" : "Namespaced"))
                .create();
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
    }
}
