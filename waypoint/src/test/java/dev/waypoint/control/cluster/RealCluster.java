package dev.waypoint.control.cluster;

import dev.waypoint.source.kubernetes.ClusterClients;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The cluster that the environment names, with an empty namespace for a test. */
final class RealCluster implements AutoCloseable {

    static final String KUBECONFIG = "WAYPOINT_TEST_KUBECONFIG";
    private static final long PATIENCE_SECONDS = 60;

    private final KubernetesClient client;
    private final String namespace;

    RealCluster(String namespace) {
        this.namespace = namespace;
        client = ClusterClients.open(Path.of(System.getenv().getOrDefault(KUBECONFIG, "")));
        delete();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
    }

    KubernetesClient client() {
        return client;
    }

    private void delete() {
        client.namespaces().withName(namespace).delete();
        client.namespaces()
                .withName(namespace)
                .waitUntilCondition(one -> one == null, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
        client.close();
    }
}
