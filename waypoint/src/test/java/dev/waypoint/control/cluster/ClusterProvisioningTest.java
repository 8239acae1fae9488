package dev.waypoint.control.cluster;

import static dev.waypoint.control.cluster.ControllerHarness.WAYPOINT;
import static dev.waypoint.control.cluster.ControllerHarness.by;
import static dev.waypoint.control.cluster.ControllerHarness.has;
import static dev.waypoint.control.cluster.ControllerHarness.http;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What a real API server, its managers of fields, its garbage collector and its autoscaler make of the objects of Gateways. */
@EnabledIfEnvironmentVariable(
        named = RealCluster.KUBECONFIG,
        matches = ".+",
        disabledReason = "needs a cluster: a kubeconfig, and WAYPOINT_TEST_IMAGE for its pods")
class ClusterProvisioningTest {

    private static final String NAMESPACE = "waypoint-test-objects";

    private final RealCluster cluster = new RealCluster(NAMESPACE);
    private final ControllerHarness harness = new ControllerHarness(cluster.client(), NAMESPACE);

    @BeforeEach
    void start() {
        harness.lead();
    }

    @AfterEach
    void end() {
        harness.close();
        cluster.close();
    }

    private static List<String> owners(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.at("/metadata/ownerReferences")
                .forEach(owner -> names.add(owner.path("name").asText()));
        return names;
    }

    @Test
    void sharedProxiesGoWithTheLastGateway() throws InterruptedException {
        harness.parameters("edge", "{mergeGateways: true}");
        harness.gateway("a", by("edge"), http(80));
        harness.gateway("b", by("edge"), http(81));
        String service = harness.path("v1", "services", "edge-waypoint-shared");
        String deployment = harness.path("apps/v1", "deployments", "edge-waypoint-shared");
        JsonNode a = harness.await(harness.gatewayPath("a"), has("Programmed", "True"));
        JsonNode b = harness.await(harness.gatewayPath("b"), has("Programmed", "True"));
        assertThat(a.at("/status/addresses")).isNotEmpty().isEqualTo(b.at("/status/addresses"));
        harness.await(service, object -> owners(object).equals(List.of("a", "b")));
        String uid =
                harness.await(deployment, object -> true).at("/metadata/uid").asText();

        harness.api.delete(harness.gatewayPath("a"));
        harness.await(
                service,
                object -> owners(object).equals(List.of("b"))
                        && object.at("/spec/ports").size() == 1);
        assertThat(harness.await(deployment, object -> owners(object).equals(List.of("b")))
                        .at("/metadata/uid")
                        .asText())
                .isEqualTo(uid);
        harness.await(harness.gatewayPath("b"), has("Programmed", "True"));

        harness.api.delete(harness.gatewayPath("b"));
        harness.awaitGone(deployment);
        harness.awaitGone(service);
        harness.awaitGone(harness.path("v1", "secrets", "edge-waypoint-shared-sessions"));
    }

    @Test
    void whatParametersAskForComesIsRepairedAndGoesWithThem() throws InterruptedException {
        harness.parameters(
                "large",
                "{deployment: {replicas: 2, maxReplicas: 4, minAvailable: 1}, networkPolicy: IngressAndEgress}");
        harness.gateway("edge", by("large"), http(80));
        String autoscaler = harness.path("autoscaling/v2", "horizontalpodautoscalers", "edge-waypoint");
        String budget = harness.path("policy/v1", "poddisruptionbudgets", "edge-waypoint");
        String deployment = harness.path("apps/v1", "deployments", "edge-waypoint");
        JsonNode made = harness.await(autoscaler, object -> true);
        assertThat(made.at("/spec/minReplicas").asInt()).isEqualTo(2);
        assertThat(made.at("/spec/maxReplicas").asInt()).isEqualTo(4);
        assertThat(harness.await(budget, object -> true)
                        .at("/spec/minAvailable")
                        .asInt())
                .isEqualTo(1);
        // The autoscaler owns the number of replicas, and this controller does not take it back.
        harness.await(deployment, object -> object.at("/spec/replicas").asInt() == 2);
        harness.await(harness.gatewayPath("edge"), has("Programmed", "True"));

        ObjectNode drift = JsonNodeFactory.instance.objectNode();
        drift.putObject("spec").put("maxReplicas", 9);
        assertThat(harness.api.merge(autoscaler, drift).done()).isTrue();
        harness.await(autoscaler, object -> object.at("/spec/maxReplicas").asInt() == 4);
        String uid = harness.await(budget, object -> true).at("/metadata/uid").asText();
        harness.api.delete(budget);
        harness.await(budget, object -> !object.at("/metadata/uid").asText().equals(uid));
        String network = harness.path("networking.k8s.io/v1", "networkpolicies", "edge-waypoint");
        int rules = harness.await(network, object -> true).at("/spec/egress").size();
        ObjectNode open = JsonNodeFactory.instance.objectNode();
        open.putObject("spec").putArray("egress").addObject();
        assertThat(harness.api.merge(network, open).done()).isTrue();
        harness.await(network, object -> object.at("/spec/egress").size() == rules);

        harness.parameters("large", "{deployment: {replicas: 1}}");
        harness.awaitGone(autoscaler);
        harness.awaitGone(budget);
        harness.awaitGone(network);
        harness.await(deployment, object -> object.at("/spec/replicas").asInt() == 1);
    }

    @Test
    void aServiceIsToldOfItsPoliciesBesideWhatOthersSay() throws InterruptedException {
        harness.cart("{name: http, port: 80}, {name: tcp-raw, port: 90}", "");
        harness.mesh();
        harness.apply("""
            apiVersion: waypoint.dev/v1alpha1
            kind: RateLimitPolicy
            metadata: {name: few, namespace: %s}
            spec:
              targetRefs: [{group: "", kind: Service, name: cart}]
              limits: [{name: all, requests: 5, per: 1s}]
            """.formatted(NAMESPACE));
        String service = harness.path("v1", "services", "cart");
        harness.await(
                service,
                object -> types(object)
                        .equals(List.of("waypoint.dev/PortsNotServed", "waypoint.dev/RateLimitPolicyAffected")));
        cluster.client().services().inNamespace(NAMESPACE).withName("cart").editStatus(object -> {
            object.getStatus()
                    .getConditions()
                    .add(new ConditionBuilder()
                            .withType("LoadBalancerPortsError")
                            .withStatus("False")
                            .withReason("None")
                            .withMessage("")
                            .withLastTransitionTime("2026-01-01T00:00:00Z")
                            .build());
            return object;
        });
        harness.api.delete(harness.path(WAYPOINT, "ratelimitpolicies", "few"));
        harness.await(
                service,
                object -> types(object).equals(List.of("waypoint.dev/PortsNotServed", "LoadBalancerPortsError")));
        harness.api.delete(harness.gatewayPath("mesh"));
        harness.await(service, object -> types(object).equals(List.of("LoadBalancerPortsError")));
    }

    private static List<String> types(JsonNode service) {
        return service.at("/status/conditions").findValuesAsText("type");
    }

    @Test
    void twoControllersThatBothActWriteTheSame() throws InterruptedException {
        harness.parameters("edge", "{mergeGateways: true}");
        try (ControllerHarness second = new ControllerHarness(cluster.client(), NAMESPACE)) {
            second.lead();
            harness.gateway("a", by("edge"), http(80));
            harness.gateway("b", by("edge"), http(80));
            harness.apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop, namespace: %s}
                spec:
                  parentRefs: [{name: a}, {name: b}]
                  rules: [{backendRefs: [{name: nowhere, port: 80}]}]
                """.formatted(NAMESPACE));
            harness.await(harness.gatewayPath("a"), has("Programmed", "True"));
            harness.await(harness.gatewayPath("b"), has("Programmed", "False"));
            Thread.sleep(2000);
            long writes = harness.statuses.writes() + second.statuses.writes();
            String version = version();
            for (int i = 0; i < 5; i++) {
                harness.wake();
                second.wake();
                Thread.sleep(300);
            }
            assertThat(harness.statuses.writes() + second.statuses.writes())
                    .as("neither undoes what the other one wrote")
                    .isEqualTo(writes);
            assertThat(version()).isEqualTo(version);
        }
    }

    private String version() {
        return harness.api
                        .read(harness.gatewayPath("a"))
                        .body()
                        .at("/metadata/resourceVersion")
                        .asText()
                + harness.api
                        .read(harness.path("apps/v1", "deployments", "edge-waypoint-shared"))
                        .body()
                        .at("/metadata/generation")
                        .asText();
    }

    @Test
    void theLongestNameOfAGatewayStillHasProxies() throws InterruptedException {
        String name = ("a".repeat(60) + ".").repeat(4) + "b".repeat(9);
        assertThat(name).hasSize(253);
        harness.gateway(name, http(80));
        JsonNode gateway = harness.await(harness.gatewayPath(name), has("Programmed", "True"));
        assertThat(gateway.at("/status/addresses")).isNotEmpty();
    }

    @Test
    void anAddressThatIsAskedForIsGivenOrTheGatewaySaysWhyNot() throws InterruptedException {
        harness.gateway("here", "addresses: [{type: IPAddress, value: 10.97.200.7}]", http(80));
        harness.gateway("nowhere", "addresses: [{type: IPAddress, value: 192.0.2.1}]", http(80));
        JsonNode here = harness.await(harness.gatewayPath("here"), has("Programmed", "True"));
        assertThat(here.at("/status/addresses").findValuesAsText("value")).containsExactly("10.97.200.7");
        harness.await(
                harness.gatewayPath("nowhere"),
                object -> object.at("/status/conditions")
                        .findValuesAsText("reason")
                        .contains("AddressNotUsable"));
    }

    @Test
    void anObjectOfTheSameNameThatIsSomebodyElsesIsLeftAlone() throws InterruptedException {
        harness.apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: edge-waypoint, namespace: %s}
            spec: {ports: [{port: 1234}], selector: {app: other}}
            """.formatted(NAMESPACE));
        harness.gateway("edge", http(80));
        JsonNode gateway = harness.await(
                harness.gatewayPath("edge"),
                object -> object.at("/status/conditions").findValuesAsText("message").stream()
                        .anyMatch(message -> message.contains("was not made by this controller")));
        assertThat(has("Programmed", "False").test(gateway)).isTrue();
        assertThat(harness.await(harness.path("v1", "services", "edge-waypoint"), object -> true)
                        .at("/spec/ports/0/port")
                        .asInt())
                .isEqualTo(1234);
    }

    @Test
    void aMeshOfOursIsJudged() throws InterruptedException {
        harness.apply("""
            apiVersion: gateway.networking.x-k8s.io/v1alpha1
            kind: XMesh
            metadata: {name: waypoint-test}
            spec: {controllerName: waypoint.dev/controller}
            """);
        String path = "/apis/gateway.networking.x-k8s.io/v1alpha1/xmeshes/waypoint-test";
        JsonNode mesh = harness.await(path, has("Accepted", "True"));
        assertThat(mesh.at("/status/supportedFeatures").findValuesAsText("name"))
                .contains("MeshConsumerRoute");
        harness.api.delete(path);
    }
}
