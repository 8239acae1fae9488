package dev.waypoint.control.cluster;

import static dev.waypoint.control.cluster.ControllerHarness.GATEWAYS;
import static dev.waypoint.control.cluster.ControllerHarness.has;
import static dev.waypoint.control.cluster.ControllerHarness.http;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.control.DataPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * On a real API server with its controllers, and with the definitions of the Gateway API and of our kinds installed. Proxies are
 * only as real as the image that the environment names: it must answer at the health port.
 */
@EnabledIfEnvironmentVariable(
        named = RealCluster.KUBECONFIG,
        matches = ".+",
        disabledReason = "needs a cluster: a kubeconfig, and WAYPOINT_TEST_IMAGE for its pods")
class ClusterTest {

    private static final String NAMESPACE = "waypoint-test";
    private final RealCluster cluster = new RealCluster(NAMESPACE);
    private final ControllerHarness harness = new ControllerHarness(cluster.client(), NAMESPACE);
    private final String edge = harness.gatewayPath("edge");
    private final String service = harness.path("v1", "services", "edge-waypoint");
    private final String deployment = harness.path("apps/v1", "deployments", "edge-waypoint");

    @BeforeEach
    void start() {
        harness.lead();
    }

    @AfterEach
    void end() {
        harness.close();
        cluster.close();
    }

    private void edge(int port) {
        harness.gateway(
                "edge", "infrastructure: {labels: {team: red}, annotations: {example.org/cost: low}}", http(port));
    }

    @Test
    void aGatewayGetsProxiesAnAddressAndAStatusThatIsWrittenOnce() throws InterruptedException {
        edge(80);
        JsonNode gateway = harness.await(edge, has("Programmed", "True"));
        assertThat(gateway.at("/status/addresses/0/type").asText()).isEqualTo("IPAddress");
        JsonNode made = harness.await(service, object -> true);
        assertThat(made.at("/spec/ports/0/targetPort").asInt()).isEqualTo(10080);
        assertThat(made.at("/metadata/labels/team").asText()).isEqualTo("red");
        assertThat(made.at("/metadata/annotations/example.org~1cost").asText()).isEqualTo("low");
        assertThat(made.at("/metadata/ownerReferences/0/uid")).isEqualTo(gateway.at("/metadata/uid"));
        JsonNode gatewayClass =
                harness.await("/apis/" + GATEWAYS + "/gatewayclasses/waypoint", has("Accepted", "True"));
        assertThat(gatewayClass.at("/status/supportedFeatures")).isNotEmpty();
        Thread.sleep(500);
        long writes = harness.statuses.writes();
        harness.wake();
        Thread.sleep(1500);
        assertThat(harness.statuses.writes())
                .as("nothing changed, nothing is written")
                .isEqualTo(writes);
    }

    @Test
    void whatSomebodyChangesIsRepairedAndWhatIsDeletedComesBack() throws InterruptedException {
        edge(80);
        harness.await(edge, has("Programmed", "True"));
        String uid = harness.await(service, object -> true).at("/metadata/uid").asText();
        harness.api.delete(service);
        harness.await(service, object -> !object.at("/metadata/uid").asText().equals(uid));
        cluster.client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("edge-waypoint")
                .scale(3);
        harness.await(
                deployment,
                object -> object.at("/spec/replicas").asInt() == 1
                        && object.at("/metadata/generation").asInt() > 2);
    }

    @Test
    void aNewListenerBecomesAPortAndTheLastOneTakesEverythingAlong() throws InterruptedException {
        edge(80);
        harness.await(edge, has("Programmed", "True"));
        edge(8080);
        harness.await(edge, has("Programmed", "True"));
        harness.await(
                service,
                object -> object.at("/spec/ports").size() == 1
                        && object.at("/spec/ports/0/port").asInt() == 8080);
        harness.api.delete(edge);
        harness.awaitGone(deployment);
        harness.awaitGone(service);
    }

    @Test
    void routesKeepWhatOtherControllersWrote() throws InterruptedException {
        edge(80);
        harness.await(edge, has("Programmed", "True"));
        harness.apply("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: %s}
            spec:
              parentRefs: [{name: edge}, {name: of-somebody-else}]
              rules: [{backendRefs: [{name: nowhere, port: 80}]}]
            """.formatted(NAMESPACE));
        String path = harness.path(GATEWAYS, "httproutes", "shop");
        JsonNode route =
                harness.await(path, object -> object.at("/status/parents").size() == 1);
        assertThat(route.at("/status/parents/0/conditions").findValuesAsText("reason"))
                .containsExactlyInAnyOrder("Accepted", "BackendNotFound");
        ObjectNode theirs = route.deepCopy();
        ((ObjectNode) theirs.path("metadata")).remove(List.of("managedFields", "resourceVersion"));
        ObjectNode entry = theirs.withObject("/status").withArray("parents").addObject();
        entry.putObject("parentRef").put("name", "of-somebody-else");
        entry.put("controllerName", "example.org/other")
                .putArray("conditions")
                .addObject()
                .put("type", "Accepted")
                .put("status", "True")
                .put("reason", "Accepted")
                .put("message", "")
                .put("lastTransitionTime", "2026-01-01T00:00:00Z");
        cluster.client()
                .resource(cluster.client()
                        .getKubernetesSerialization()
                        .unmarshal(theirs.toString(), GenericKubernetesResource.class))
                .updateStatus();
        harness.apply("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: %s}
            spec:
              parentRefs: [{name: of-somebody-else}]
            """.formatted(NAMESPACE));
        JsonNode after =
                harness.await(path, object -> object.at("/status/parents").size() == 1);
        assertThat(after.at("/status/parents/0/controllerName").asText()).isEqualTo("example.org/other");
    }

    @Test
    void aWaypointStandsInForTheServicesOfItsNamespace() throws InterruptedException {
        harness.mesh();
        harness.cart("{name: http, port: 80}, {name: tcp-raw, port: 90}", "");
        harness.await(harness.gatewayPath("mesh"), has("Programmed", "True"));
        DataPlane plane = new DataPlane(NAMESPACE, "mesh-waypoint");
        String address = harness.await(harness.path("v1", "services", "cart"), object -> true)
                .at("/spec/clusterIP")
                .asText();
        assertThat(Objects.requireNonNull(harness.targets.published.get(plane))
                        .routing()
                        .listeners())
                .singleElement()
                .satisfies(listener -> {
                    assertThat(listener.port()).isEqualTo(80);
                    assertThat(listener.binding().orElseThrow().destinations()).containsExactly(address);
                });
        JsonNode made = harness.await(harness.path("v1", "services", "mesh-waypoint"), object -> true);
        assertThat(made.at("/spec/type").asText()).isEqualTo("ClusterIP");
    }
}
