package dev.waypoint.source.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.api.Kinds;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On an API server in memory. */
@EnableKubernetesMockClient(crud = true)
class KubernetesSourceTest {

    @SuppressWarnings("NullAway.Init") // set by the extension
    KubernetesClient client;

    private final List<ResourceSet> sets = new ArrayList<>();
    private final List<KubernetesSource> sources = new ArrayList<>();

    private KubernetesSource start() {
        KubernetesSource source = new KubernetesSource(client, this::take);
        sources.add(source);
        source.start();
        return source;
    }

    private synchronized void take(ResourceSet set) {
        sets.add(set);
        notifyAll();
    }

    private synchronized ResourceSet await(Predicate<ResourceSet> condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (sets.isEmpty() || !condition.test(sets.getLast())) {
            assertThat(System.nanoTime()).as("%s", sets).isLessThan(end);
            wait(100);
        }
        return sets.getLast();
    }

    private synchronized int count() {
        return sets.size();
    }

    @AfterEach
    void close() {
        sources.forEach(KubernetesSource::close);
    }

    private void define(String plural, String kind, String version) {
        client.resource("""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %1$s.gateway.networking.k8s.io}
            spec:
              group: gateway.networking.k8s.io
              scope: Namespaced
              names: {plural: %1$s, kind: %2$s}
              versions: [{name: %3$s, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
            status: {conditions: [{type: Established, status: "True"}]}
            """.formatted(plural, kind, version)).create();
    }

    private GenericKubernetesResource gateway(String name, int port) {
        return client.getKubernetesSerialization()
                .unmarshal("""
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: Gateway
                    metadata: {name: %s, namespace: shop}
                    spec:
                      gatewayClassName: waypoint
                      listeners: [{name: http, port: %d, protocol: HTTP}]
                    status: {conditions: [{type: Accepted, status: Unknown}]}
                    """.formatted(name, port), GenericKubernetesResource.class);
    }

    @Test
    void readsWhatIsThereAndFollowsChanges() throws InterruptedException {
        client.services()
                .inNamespace("shop")
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("cart")
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP("10.96.0.7")
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        client.pods()
                .inNamespace("shop")
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("cart-1")
                        .addToLabels("app", "cart")
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .build())
                .create();
        start();
        ResourceSet first = await(set -> set.size() >= 2);
        assertThat(first.find(Kinds.SERVICE, "shop", "cart"))
                .hasValueSatisfying(
                        service -> assertThat(service.spec().clusterIP()).hasValue("10.96.0.7"))
                .hasValueSatisfying(service -> assertThat(service.position()).isEmpty());
        assertThat(first.find(Kinds.POD, "shop", "cart-1")
                        .map(pod -> pod.meta().labels().get("app")))
                .hasValue("cart");
        client.services().inNamespace("shop").withName("cart").delete();
        ResourceSet second =
                await(set -> set.find(Kinds.SERVICE, "shop", "cart").isEmpty());
        assertThat(second.sameObjects(first, Kinds.POD)).isTrue();
        assertThat(second.version()).isGreaterThan(first.version());
    }

    @Test
    void noticesKindsThatAreInstalledLater() throws InterruptedException {
        KubernetesSource source = start();
        await(set -> true);
        define("gateways", "Gateway", "v1");
        client.resource(gateway("edge", 80)).create();
        ResourceSet set = await(one -> one.find(Kinds.GATEWAY, "shop", "edge").isPresent());
        assertThat(set.all(Kinds.GATEWAY)).extracting(Resource::name).containsExactly("edge");
        LiveStatus live = source.status(Kinds.GATEWAY.ref("shop", "edge")).orElseThrow();
        assertThat(live.path()).isEqualTo("/apis/gateway.networking.k8s.io/v1/namespaces/shop/gateways/edge");
        assertThat(live.status().at("/conditions/0/status").asText()).isEqualTo("Unknown");
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("gateways.gateway.networking.k8s.io")
                .delete();
        await(one -> one.all(Kinds.GATEWAY).isEmpty());
    }

    @Test
    void anUnreadableObjectKeepsItsLastGoodForm() throws InterruptedException {
        define("gateways", "Gateway", "v1");
        client.resource(gateway("edge", 80)).create();
        start();
        await(set -> set.find(Kinds.GATEWAY, "shop", "edge").isPresent());
        client.resource(gateway("edge", 99999)).update();
        ResourceSet broken = await(set -> !set.unreadable().isEmpty());
        assertThat(broken.find(Kinds.GATEWAY, "shop", "edge"))
                .hasValueSatisfying(gateway ->
                        assertThat(gateway.spec().listeners().getFirst().port()).isEqualTo(80));
        assertThat(broken.findings())
                .singleElement()
                .hasToString(
                        "Gateway shop/edge: spec.listeners[0].port is 99999: expected a whole number from 1 to 65535");
    }

    @Test
    void aBurstIsOneSet() throws InterruptedException {
        start();
        await(set -> true);
        int before = count();
        for (int i = 0; i < 50; i++) {
            client.configMaps()
                    .inNamespace("shop")
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("c" + i)
                            .endMetadata()
                            .build())
                    .create();
        }
        await(set -> set.all(Kinds.CONFIG_MAP).size() == 50);
        assertThat(count() - before).isLessThan(50);
    }
}
