package dev.waypoint.control.cluster;

import static dev.waypoint.control.cluster.ControllerHarness.WAYPOINT;
import static dev.waypoint.control.cluster.ControllerHarness.by;
import static dev.waypoint.control.cluster.ControllerHarness.has;
import static dev.waypoint.control.cluster.ControllerHarness.http;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.control.DataPlane;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The controller on an API server in memory, which has no controllers of its own: pods and addresses are set by the tests. */
class InMemoryControllerTest {

    private static final String NAMESPACE = "shop";
    private static final DataPlane SHARED = new DataPlane(NAMESPACE, "together-waypoint-shared");

    private final MemoryCluster cluster = new MemoryCluster();
    private final ControllerHarness harness = new ControllerHarness(cluster.client(), NAMESPACE);

    @BeforeEach
    void lead() {
        harness.lead();
    }

    @AfterEach
    void end() {
        harness.close();
        cluster.close();
    }

    /** Applies a Gateway with a label of its own, whose parameters are those that {@link #together} applies. */
    private void gateway(String name, int port, String hostname) {
        harness.gateway(
                name,
                """
                infrastructure: {labels: {of-%s: "yes"}, parametersRef: {group: waypoint.dev, kind: WaypointParameters, name: together}}
                """.formatted(name).strip(),
                hostname.isEmpty()
                        ? http(port)
                        : "listeners: [{name: http, port: %d, protocol: HTTP, hostname: %s}]"
                                .formatted(port, hostname));
    }

    private void together(boolean merge) {
        harness.parameters("together", "{mergeGateways: %s, service: {type: ClusterIP}}".formatted(merge));
    }

    /** What a cluster does by itself. */
    private void run(DataPlane plane) throws InterruptedException {
        harness.await(harness.path("v1", "services", plane.name()), object -> true);
        cluster.client()
                .services()
                .inNamespace(NAMESPACE)
                .withName(plane.name())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"clusterIP\": \"10.96.0.50\", \"clusterIPs\": [\"10.96.0.50\"]}}");
        cluster.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(plane.name() + "-1")
                        .addToLabels("app.kubernetes.io/name", "waypoint-proxy")
                        .addToLabels("app.kubernetes.io/instance", plane.name())
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .withStatus(new PodStatusBuilder()
                                .withPodIP("10.244.0.9")
                                .withConditions(new PodConditionBuilder()
                                        .withType("Ready")
                                        .withStatus("True")
                                        .build())
                                .build())
                        .build())
                .create();
    }

    private static List<String> names(JsonNode owners) {
        List<String> names = new ArrayList<>();
        owners.forEach(owner -> names.add(owner.path("name").asText()));
        return names;
    }

    @Test
    void severalGatewaysShareProxiesWithAStatusOfTheirOwn() throws InterruptedException {
        together(true);
        gateway("a", 80, "a.example.org");
        gateway("b", 80, "b.example.org");
        gateway("c", 443, "");
        run(SHARED);
        for (String name : List.of("a", "b", "c")) {
            JsonNode gateway = harness.await(harness.gatewayPath(name), has("Programmed", "True"));
            assertThat(gateway.at("/status/addresses/0/value").asText()).isEqualTo("10.96.0.50");
        }
        JsonNode service = harness.await(
                harness.path("v1", "services", SHARED.name()),
                object -> object.at("/spec/ports").size() == 2);
        assertThat(names(service.at("/metadata/ownerReferences"))).containsExactly("a", "b", "c");
        assertThat(service.at("/metadata/ownerReferences").findValues("controller"))
                .isEmpty();
        assertThat(service.at("/metadata/labels").has("of-b")).isTrue();
        assertThat(service.at("/spec/selector").has("gateway.networking.k8s.io/gateway-name"))
                .isFalse();
        assertThat(Objects.requireNonNull(harness.targets.published.get(SHARED))
                        .routing()
                        .listeners())
                .extracting(listener -> listener.owner().name() + " " + listener.port() + " " + listener.bindPort())
                .containsExactly("a 80 10080", "b 80 10080", "c 443 10443");
        assertThat(harness.api
                        .read(harness.path("apps/v1", "deployments", "a-waypoint"))
                        .done())
                .isFalse();
    }

    @Test
    void ofTwoListenersThatCannotBeToldApartTheOlderGatewaysIsServed() throws InterruptedException {
        together(true);
        gateway("a", 80, "");
        harness.await(harness.gatewayPath("a"), has("Accepted", "True"));
        gateway("b", 80, "");
        JsonNode loser = harness.await(harness.gatewayPath("b"), has("Accepted", "False"));
        assertThat(loser.at("/status/listeners/0/conditions").findValuesAsText("reason"))
                .contains("HostnameConflict");
        assertThat(loser.at("/status/listeners/0/conditions").findValuesAsText("message"))
                .anyMatch(message -> message.endsWith("port 80 cannot be shared with listener http of Gateway shop/a"));
        harness.await(
                "/apis/events.k8s.io/v1/namespaces/shop/events",
                events -> events.findValuesAsText("reason").contains("HostnameConflict"));
        harness.api.delete(harness.gatewayPath("a"));
        harness.await(harness.gatewayPath("b"), has("Accepted", "True"));
    }

    @Test
    void whoeverLeavesGetsProxiesOfItsOwnAndTheRestStays() throws InterruptedException {
        together(true);
        gateway("a", 80, "");
        gateway("b", 81, "");
        harness.await(
                harness.path("apps/v1", "deployments", SHARED.name()),
                object -> object.at("/metadata/ownerReferences").size() == 2);
        harness.gateway("b", by("alone"), http(81));
        harness.parameters("alone", "{}");
        harness.await(harness.path("apps/v1", "deployments", "b-waypoint"), object -> true);
        harness.await(
                harness.path("apps/v1", "deployments", SHARED.name()),
                object -> names(object.at("/metadata/ownerReferences")).equals(List.of("a")));
        together(false);
        harness.await(harness.path("apps/v1", "deployments", "a-waypoint"), object -> true);
        harness.awaitGone(harness.path("apps/v1", "deployments", SHARED.name()));
        harness.awaitGone(harness.path("v1", "services", SHARED.name()));
    }

    @Test
    void proxiesOfOneDeploymentShareASecretThatIsMadeOnce() throws InterruptedException {
        gateway("a", 80, "");
        together(false);
        String path = harness.path("v1", "secrets", "a-waypoint-sessions");
        JsonNode secret = harness.await(path, object -> true);
        byte[] signing = Base64.getDecoder().decode(secret.at("/data/secret").asText());
        assertThat(Base64.getDecoder().decode(signing)).hasSize(32);
        JsonNode account = harness.await(harness.path("v1", "serviceaccounts", "a-waypoint"), object -> true);
        assertThat(secret.at("/metadata/ownerReferences/0/uid")).isEqualTo(account.at("/metadata/uid"));
        String deployment = harness.path("apps/v1", "deployments", "a-waypoint");
        JsonNode pod = harness.await(deployment, object -> true).at("/spec/template");
        assertThat(pod.at("/metadata/annotations/waypoint.dev~1session-secret")).isEqualTo(secret.at("/metadata/uid"));
        assertThat(pod.at("/spec/volumes").findValuesAsText("secretName")).containsExactly("a-waypoint-sessions");

        harness.api.delete(path);
        JsonNode another =
                harness.await(path, object -> !object.at("/metadata/uid").equals(secret.at("/metadata/uid")));
        assertThat(another.at("/data/secret")).isNotEqualTo(secret.at("/data/secret"));
        harness.await(
                deployment,
                object -> object.at("/spec/template/metadata/annotations/waypoint.dev~1session-secret")
                        .equals(another.at("/metadata/uid")));
    }

    @Test
    void aServiceIsToldOfItsPoliciesAndOfPortsThatNobodyServes() throws InterruptedException {
        harness.mesh();
        service("{name: http, port: 80}, {name: tcp-raw, port: 90}");
        harness.apply("""
            apiVersion: waypoint.dev/v1alpha1
            kind: RateLimitPolicy
            metadata: {name: few, namespace: shop}
            spec:
              targetRefs: [{group: "", kind: Service, name: cart, sectionName: http}]
              limits: [{name: all, requests: 5, per: 1s}]
            """);
        String path = harness.path("v1", "services", "cart");
        JsonNode service =
                harness.await(path, object -> object.at("/status/conditions").size() == 2);
        assertThat(service.at("/status/conditions").findValuesAsText("type"))
                .containsExactlyInAnyOrder("waypoint.dev/PortsNotServed", "waypoint.dev/RateLimitPolicyAffected");
        assertThat(service.at("/status/conditions").findValuesAsText("message"))
                .contains("affected by RateLimitPolicy shop/few (port http)");
        assertThat(harness.comesToRest()).isTrue();

        harness.api.delete(harness.path(WAYPOINT, "ratelimitpolicies", "few"));
        harness.await(
                path,
                object -> object.at("/status/conditions")
                        .findValuesAsText("type")
                        .equals(List.of("waypoint.dev/PortsNotServed")));
        service("{name: http, port: 80}");
        harness.await(path, object -> object.at("/status/conditions").isEmpty());
    }

    private void service(String ports) {
        harness.cart(ports, ", clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7]");
    }

    @Test
    void aMeshIsJudgedAsSoonAsItsDefinitionIsThere() throws InterruptedException {
        cluster.define("gateway.networking.x-k8s.io", "XMesh", "v1alpha1");
        mesh("ours", "waypoint.dev/controller", "");
        mesh("theirs", "example.org/mesh", "");
        mesh("set", "waypoint.dev/controller", ", parametersRef: {group: '', kind: ConfigMap, name: x, namespace: y}");
        String meshes = "/apis/gateway.networking.x-k8s.io/v1alpha1/xmeshes/";
        JsonNode ours = harness.await(meshes + "ours", has("Accepted", "True"));
        assertThat(ours.at("/status/supportedFeatures").findValuesAsText("name"))
                .contains("Mesh", "MeshConsumerRoute")
                .isSorted();
        JsonNode set = harness.await(meshes + "set", has("Accepted", "False"));
        assertThat(set.at("/status/conditions/0/reason").asText()).isEqualTo("InvalidParameters");
        assertThat(harness.api.read(meshes + "theirs").body().has("status")).isFalse();
    }

    private void mesh(String name, String controller, String more) {
        harness.apply("""
            apiVersion: gateway.networking.x-k8s.io/v1alpha1
            kind: XMesh
            metadata: {name: %s}
            spec: {controllerName: %s%s}
            """.formatted(name, controller, more));
    }

    private static List<Integer> ports(JsonNode rule) {
        List<Integer> ports = new ArrayList<>();
        rule.path("ports").forEach(port -> ports.add(port.path("port").asInt()));
        return ports;
    }

    @Test
    void aPolicyOfTheNetworkLetsInWhatIsServedAndFollowsIt() throws InterruptedException {
        harness.parameters("together", "{networkPolicy: IngressAndEgress}");
        gateway("a", 80, "");
        String path = harness.path("networking.k8s.io/v1", "networkpolicies", "a-waypoint");
        JsonNode policy = harness.await(path, object -> true);
        JsonNode deployment = harness.await(harness.path("apps/v1", "deployments", "a-waypoint"), object -> true);
        assertThat(policy.at("/spec/podSelector/matchLabels")).isEqualTo(deployment.at("/spec/selector/matchLabels"));
        assertThat(names(policy.at("/metadata/ownerReferences"))).containsExactly("a");
        assertThat(ports(policy.at("/spec/ingress/0"))).containsExactly(10080);
        assertThat(policy.at("/spec/ingress/0").has("from")).isFalse();
        assertThat(ports(policy.at("/spec/ingress/1"))).containsExactly(15020, 15021);
        assertThat(ports(policy.at("/spec/egress/0"))).containsExactly(53, 53);
        assertThat(policy.at("/spec/policyTypes")).hasSize(2);

        gateway("a", 443, "");
        harness.await(path, object -> ports(object.at("/spec/ingress/0")).equals(List.of(10443)));
        harness.parameters("together", "{networkPolicy: None}");
        harness.awaitGone(path);
    }

    @Test
    void aPolicyOfTheNetworkOfAWaypointLetsInThePortsOfItsServices() throws InterruptedException {
        harness.parameters("closed", "{networkPolicy: Ingress}");
        harness.mesh(by("closed"));
        String path = harness.path("networking.k8s.io/v1", "networkpolicies", "mesh-waypoint");
        harness.await(path, object -> ports(object.at("/spec/ingress/0")).equals(List.of(15008)));
        service("{name: http, port: 80}");
        JsonNode policy = harness.await(
                path, object -> ports(object.at("/spec/ingress/0")).equals(List.of(80, 15008)));
        assertThat(policy.at("/spec").has("egress")).isFalse();
        assertThat(policy.at("/spec/policyTypes")).hasSize(1);
    }

    @Test
    void anEventOfAPolicyNamesItsFieldItsValueAndWhatWasExpected() throws InterruptedException {
        harness.apply("""
            apiVersion: waypoint.dev/v1alpha1
            kind: RateLimitPolicy
            metadata: {name: few, namespace: shop}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: itmes}]
              limits: [{name: all, requests: 5, per: 1s}]
            """);
        String path = "/apis/events.k8s.io/v1/namespaces/shop/events";
        harness.await(path, events -> events.findValuesAsText("reason").contains("TargetNotFound"));
        Thread.sleep(300);
        JsonNode events = harness.api.read(path).body().path("items");
        assertThat(events).as("one cause is told once").hasSize(1);
        assertThat(events.at("/0/regarding/name").asText()).isEqualTo("few");
        assertThat(events.at("/0/note").asText())
                .isEqualTo(
                        "for HTTPRoute itmes/Accepted: spec.targetRefs[0] is HTTPRoute shop/itmes: expected an object"
                                + " that exists in the policy's own namespace, and there is none of this kind and name");
    }

    @Test
    void onlyTheOneThatLeadsWrites() throws InterruptedException {
        try (ControllerHarness standby = new ControllerHarness(cluster.client(), NAMESPACE)) {
            standby.watch();
            together(false);
            gateway("a", 80, "");
            harness.await(harness.gatewayPath("a"), has("Accepted", "True"));
            standby.wake();
            Thread.sleep(300);
            assertThat(standby.statuses.writes()).isZero();
            assertThat(harness.statuses.writes()).isPositive();
        }
    }
}
