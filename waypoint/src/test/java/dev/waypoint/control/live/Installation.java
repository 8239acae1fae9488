package dev.waypoint.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterApi.Answer;
import dev.waypoint.source.kubernetes.ClusterClients;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Waypoint as it is installed in a cluster whose pods can be reached from here. */
final class Installation implements AutoCloseable {

    static final String NAMESPACE = "waypoint-live";
    static final String GATEWAYS = "gateway.networking.k8s.io/v1";

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final int AT_ONCE = 16;

    private final KubernetesClient client;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    final ClusterApi api;

    /** An object and where it is. */
    record Written(String path, ObjectNode object) {}

    Installation() {
        client = ClusterClients.open(Path.of(setting("WAYPOINT_TEST_KUBECONFIG", "")));
        api = new ClusterApi(client, "live-test");
    }

    static String setting(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    static String path(String version, String plural, String name) {
        return (version.equals("v1") ? "/api/" : "/apis/") + version + "/namespaces/" + NAMESPACE + "/" + plural + "/"
                + name;
    }

    static Written object(String yaml) {
        try {
            ObjectNode object = (ObjectNode) YAML.readTree(yaml);
            String kind = object.path("kind").asText().toLowerCase(Locale.ROOT);
            String plural = kind.equals("waypointparameters") ? kind : kind + "s";
            object.withObject("metadata").put("namespace", NAMESPACE);
            return new Written(
                    path(
                            object.path("apiVersion").asText(),
                            plural,
                            object.path("metadata").path("name").asText()),
                    object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the namespace anew. */
    void begin() throws InterruptedException {
        String path = "/api/v1/namespaces/" + NAMESPACE;
        api.delete(path);
        await(Duration.ofMinutes(2), () -> !api.read(path).done(), "the end of namespace " + NAMESPACE);
        ObjectNode namespace = new ObjectMapper().createObjectNode();
        namespace.put("apiVersion", "v1").put("kind", "Namespace");
        namespace.putObject("metadata").put("name", NAMESPACE);
        require(api.create("/api/v1/namespaces", namespace));
    }

    void apply(String yaml) {
        apply(object(yaml));
    }

    void apply(Written written) {
        require(api.apply(written.path(), written.object()));
    }

    /** Makes several at once, as fast as the server takes them. */
    void create(List<Written> all) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore slots = new Semaphore(AT_ONCE);
            List<Future<?>> done = new ArrayList<>();
            for (Written written : all) {
                slots.acquire();
                done.add(threads.submit(() -> {
                    try {
                        String path = written.path();
                        require(api.create(path.substring(0, path.lastIndexOf('/')), written.object()));
                    } finally {
                        slots.release();
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private static void require(Answer answer) {
        assertThat(answer.done()).as(answer.problem()).isTrue();
    }

    JsonNode awaitObject(Duration patience, String path, Predicate<JsonNode> condition) throws InterruptedException {
        await(patience, () -> condition.test(api.read(path).body()), path);
        return api.read(path).body();
    }

    static void await(Duration patience, BooleanSupplier condition, String what) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for %s", what).isLessThan(end);
            Thread.sleep(50);
        }
    }

    /** Waits until a Gateway is programmed; its address with the port of its listener. */
    InetSocketAddress programmed(String gateway) throws InterruptedException {
        JsonNode object = awaitObject(
                Duration.ofMinutes(2),
                path(GATEWAYS, "gateways", gateway),
                node -> isTrue(node.at("/status/conditions"), "Programmed"));
        return new InetSocketAddress(object.at("/status/addresses/0/value").asText(), 80);
    }

    static boolean isTrue(JsonNode conditions, String type) {
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** The pods that bear a label. */
    List<JsonNode> pods(String namespace, String label) {
        List<JsonNode> pods = new ArrayList<>();
        api.read("/api/v1/namespaces/" + namespace + "/pods?labelSelector=" + label)
                .body()
                .path("items")
                .forEach(pods::add);
        return pods;
    }

    /** The proxies' pods. */
    List<JsonNode> proxies() {
        return pods(NAMESPACE, "app.kubernetes.io%2Fname%3Dwaypoint-proxy");
    }

    /** Whether a pod is ready. */
    static boolean isReady(JsonNode pod) {
        return isTrue(pod.at("/status/conditions"), "Ready");
    }

    /** Makes parameters by which a Gateway gets so many proxies. */
    void replicas(String parameters, int count) {
        apply("""
                apiVersion: waypoint.dev/v1alpha1
                kind: WaypointParameters
                metadata: {name: %s}
                spec: {deployment: {replicas: %d}}
                """.formatted(parameters, count));
    }

    /** The controllers' pods. */
    List<JsonNode> controllers() {
        return pods("waypoint-system", "app.kubernetes.io%2Fname%3Dwaypoint-controller");
    }

    /** A metric of a pod. */
    double metric(JsonNode pod, String name) {
        URI uri = URI.create("http://" + pod.at("/status/podIP").asText() + ":15020/stats/prometheus");
        try {
            String page = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            return page.lines()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        client.close();
    }
}
