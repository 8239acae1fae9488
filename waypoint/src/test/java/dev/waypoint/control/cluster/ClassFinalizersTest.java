package dev.waypoint.control.cluster;

import static dev.waypoint.control.cluster.ControllerHarness.GATEWAYS;
import static dev.waypoint.control.cluster.ControllerHarness.has;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A GatewayClass stays while Gateways use it: on a server in memory, and, where there is one, on a real one. */
class ClassFinalizersTest {

    private static final String CLASSES = "/apis/" + GATEWAYS + "/gatewayclasses/";
    private static final String NAMESPACE = "waypoint-test-class";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void inMemory() throws InterruptedException {
        MemoryCluster cluster = new MemoryCluster();
        open.add(cluster);
        ControllerHarness harness = new ControllerHarness(cluster.client(), NAMESPACE);
        open.add(harness);
        harness.lead();
        gateway(harness, "a");
        await(harness, "waypoint", List.of(ClassFinalizers.GATEWAYS_EXIST));
        harness.api.delete(harness.gatewayPath("a"));
        await(harness, "waypoint", List.of());
    }

    @Test
    @EnabledIfEnvironmentVariable(
            named = RealCluster.KUBECONFIG,
            matches = ".+",
            disabledReason = "needs a cluster: only a real server keeps what is being deleted")
    void onARealServer() throws InterruptedException {
        RealCluster cluster = new RealCluster(NAMESPACE);
        open.add(cluster);
        ControllerHarness harness = new ControllerHarness(cluster.client(), NAMESPACE);
        open.add(harness);
        harness.lead("waypoint-test-class");
        String path = CLASSES + "waypoint-test-class";
        // Another one's finalizer is neither ours to remove nor lost.
        ObjectNode theirs = JsonNodeFactory.instance.objectNode();
        theirs.putObject("metadata").putArray("finalizers").add("example.org/theirs");
        assertThat(harness.api.merge(path, theirs).done()).isTrue();
        gateway(harness, "a", "waypoint-test-class");
        gateway(harness, "b", "waypoint-test-class");
        await(harness, "waypoint-test-class", List.of("example.org/theirs", ClassFinalizers.GATEWAYS_EXIST));
        harness.api.delete(path);
        harness.await(path, object -> object.at("/metadata/deletionTimestamp").isTextual());
        harness.api.delete(harness.gatewayPath("a"));
        // One is left, and is served as before.
        harness.await(harness.gatewayPath("b"), has("Accepted", "True"));
        harness.wake();
        Thread.sleep(500);
        assertThat(finalizers(harness.await(path, object -> true))).contains(ClassFinalizers.GATEWAYS_EXIST);
        harness.api.delete(harness.gatewayPath("b"));
        await(harness, "waypoint-test-class", List.of("example.org/theirs"));
        theirs.withObject("metadata").putArray("finalizers");
        assertThat(harness.api.merge(path, theirs).done()).isTrue();
        harness.awaitGone(path);
    }

    private static void gateway(ControllerHarness harness, String name) {
        gateway(harness, name, "waypoint");
    }

    private static void gateway(ControllerHarness harness, String name, String className) {
        harness.apply("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: %s, namespace: %s}
            spec:
              gatewayClassName: %s
              listeners: [{name: http, port: 80, protocol: HTTP}]
            """.formatted(name, NAMESPACE, className));
    }

    private static void await(ControllerHarness harness, String name, List<String> expected)
            throws InterruptedException {
        harness.await(CLASSES + name, object -> finalizers(object).equals(expected));
    }

    private static List<String> finalizers(JsonNode object) {
        List<String> finalizers = new ArrayList<>();
        object.at("/metadata/finalizers").forEach(one -> finalizers.add(one.asText()));
        return finalizers;
    }
}
