package dev.waypoint.control.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyConfig;
import dev.waypoint.control.Replica;
import dev.waypoint.control.TrustedTargets;
import dev.waypoint.control.provision.OwnedObjects;
import dev.waypoint.control.provision.Provisioner;
import dev.waypoint.control.status.EventRecorder;
import dev.waypoint.control.status.StatusWriter;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.KubernetesSource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A controller at work on a cluster, be it in memory or a real one, whose proxies take everything at once. */
final class ControllerHarness implements AutoCloseable {

    static final String GATEWAYS = "gateway.networking.k8s.io/v1";
    static final String WAYPOINT = "waypoint.dev/v1alpha1";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final Obedient targets = new Obedient();
    final ClusterApi api;
    final StatusWriter statuses;
    private final KubernetesClient client;
    private final String namespace;
    private final KubernetesSource source;
    private final OwnedObjects owned = new OwnedObjects();
    private final Controller controller;

    /** @param namespace where all objects of the test are */
    ControllerHarness(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        InstantSource clock = InstantSource.system();
        api = new ClusterApi(client, TranslatorSettings.CONTROLLER_NAME);
        AtomicReference<Controller> acting = new AtomicReference<>();
        source = new KubernetesSource(
                client, set -> Objects.requireNonNull(acting.get()).changed(set));
        statuses = new StatusWriter(
                api,
                new StatusWriter.Cluster(source::status, source::noteStatus, source::changedStatuses),
                TranslatorSettings.CONTROLLER_NAME,
                new EventRecorder(api, clock, "test"),
                clock);
        controller = new Controller(
                new Controller.Parts(
                        new Translator(FilterCatalog.installed(finding -> {}), TranslatorSettings.FOR_CLUSTER),
                        targets,
                        new Provisioner(api, owned),
                        new ClassFinalizers(api, source::status, TranslatorSettings.CONTROLLER_NAME),
                        statuses,
                        new Controller.Proxies(
                                System.getenv().getOrDefault("WAYPOINT_TEST_IMAGE", "waypoint"),
                                "waypoint-controller.waypoint-system.svc:15010"),
                        clock),
                set -> {});
        acting.set(controller);
    }

    /** Looks on, as a controller that stands by. */
    void watch() {
        owned.watch(client, controller::wake);
        source.start();
    }

    /** Begins to act, for the class {@code waypoint}. */
    void lead() {
        lead("waypoint");
    }

    /** Begins to act, for a class that is made if it is not there. */
    void lead(String className) {
        watch();
        controller.lead();
        apply("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: %s}
            spec: {controllerName: waypoint.dev/controller}
            """.formatted(className));
    }

    /** Looks again without an event. */
    void wake() {
        controller.wake();
    }

    /** Whether there comes a round after which nothing was written: one that always finds something to write has none. */
    boolean comesToRest() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            long before = statuses.writes();
            wake();
            Thread.sleep(300);
            if (statuses.writes() == before) {
                return true;
            }
        }
        return false;
    }

    /** Proxies that take everything at once. */
    final class Obedient extends TrustedTargets {
        final Map<DataPlane, ProxyConfig> published = new ConcurrentHashMap<>();

        @Override
        public void publish(DataPlane plane, ProxyConfig config) {
            published.put(plane, config);
            changed(plane);
        }

        @Override
        public void withdraw(DataPlane plane) {
            published.remove(plane);
        }

        @Override
        public List<Replica> replicas(DataPlane plane) {
            ProxyConfig config = published.get(plane);
            return config == null
                    ? List.of()
                    : client
                            .pods()
                            .inNamespace(plane.namespace())
                            .withLabel("app.kubernetes.io/instance", plane.name())
                            .list()
                            .getItems()
                            .stream()
                            .map(pod -> new Replica(pod.getMetadata().getName(), config.version(), Optional.empty()))
                            .toList();
        }
    }

    /** Applies an object as a user does. */
    void apply(String yaml) {
        GenericKubernetesResource object =
                client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
        client.resource(object)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                .withFieldManager("user")
                                .withForce(true)
                                .build(),
                        object);
    }

    /** Applies a Gateway of the class {@code waypoint}; what its spec has besides is given line by line. */
    void gateway(String name, String... spec) {
        apply("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: %s, namespace: %s}
            spec:
              gatewayClassName: waypoint
              %s
            """.formatted(name, namespace, String.join("\n  ", spec)));
    }

    /** The line of a Gateway's spec that gives it one listener for HTTP. */
    static String http(int port) {
        return "listeners: [{name: http, port: %d, protocol: HTTP}]".formatted(port);
    }

    /** The line of a Gateway's spec that names its {@link #parameters}. */
    static String by(String parameters) {
        return "infrastructure: {parametersRef: {group: waypoint.dev, kind: WaypointParameters, name: %s}}"
                .formatted(parameters);
    }

    /** Applies a WaypointParameters. */
    void parameters(String name, String spec) {
        apply("""
            apiVersion: waypoint.dev/v1alpha1
            kind: WaypointParameters
            metadata: {name: %s, namespace: %s}
            spec: %s
            """.formatted(name, namespace, spec));
    }

    /** Applies a Gateway that stands in for Services of its namespace. */
    void mesh(String... spec) {
        List<String> lines = new ArrayList<>(List.of(spec));
        lines.add("listeners: [{name: mesh, port: 15008, protocol: waypoint.dev/mesh}]");
        gateway("mesh", lines.toArray(String[]::new));
    }

    /** Applies the Service {@code cart}, which asks for the proxies of {@link #mesh}; what its spec has besides is given. */
    void cart(String ports, String more) {
        apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: cart, namespace: %s, labels: {waypoint.dev/use: mesh}}
            spec: {ports: [%s], selector: {app: cart}%s}
            """.formatted(namespace, ports, more));
    }

    /** Where a Gateway is. */
    String gatewayPath(String name) {
        return path(GATEWAYS, "gateways", name);
    }

    /** Reads an object until it is as it should be. */
    JsonNode await(String path, Predicate<JsonNode> condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            ClusterApi.Answer answer = api.read(path);
            if (answer.done() && condition.test(answer.body())) {
                return answer.body();
            }
            assertThat(System.nanoTime())
                    .as("%s: %s", path, answer.body().toPrettyString())
                    .isLessThan(end);
            Thread.sleep(100);
        }
    }

    /** Where an object of the test is. */
    String path(String api, String plural, String name) {
        return (api.equals("v1") ? "/api/" : "/apis/") + api + "/namespaces/" + namespace + "/" + plural + "/" + name;
    }

    /** A condition for the present generation. */
    static Predicate<JsonNode> has(String type, String status) {
        return object -> {
            for (JsonNode condition : object.path("status").path("conditions")) {
                if (condition.path("type").asText().equals(type)
                        && condition.path("observedGeneration").asLong()
                                == object.at("/metadata/generation").asLong()) {
                    return condition.path("status").asText().equals(status);
                }
            }
            return false;
        };
    }

    /** Waits until there is no such object. */
    void awaitGone(String path) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (api.read(path).done()) {
            assertThat(System.nanoTime()).as("%s is still there", path).isLessThan(end);
            Thread.sleep(100);
        }
    }

    @Override
    public void close() {
        controller.close();
        source.close();
        owned.close();
        statuses.close();
    }
}
