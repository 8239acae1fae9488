package dev.waypoint.control.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyConfig;
import dev.waypoint.control.Replica;
import dev.waypoint.control.TrustedTargets;
import dev.waypoint.control.cluster.ClassFinalizers;
import dev.waypoint.control.cluster.Controller;
import dev.waypoint.control.live.Installation.Written;
import dev.waypoint.control.provision.OwnedObjects;
import dev.waypoint.control.provision.Provisioner;
import dev.waypoint.control.provision.ResourceNames;
import dev.waypoint.control.status.EventRecorder;
import dev.waypoint.control.status.StatusWriter;
import dev.waypoint.control.wire.ConfigDelta;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.ImageEncoder;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.LiveStatus;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the controller's own thread spends on a change in a large namespace, without a cluster: CPU time, which says the same on a busy
 * machine. To be run by hand: arguments are routes, Services, Gateways and the number of changes of each sort.
 */
final class RoundCosts implements AutoCloseable {

    private static final Map<String, Kind<?>> KINDS = Map.of(
            "HTTPRoute", Kinds.HTTP_ROUTE,
            "Gateway", Kinds.GATEWAY,
            "Service", Kinds.SERVICE,
            "EndpointSlice", Kinds.ENDPOINT_SLICE,
            "Secret", Kinds.SECRET,
            "WaypointParameters", Kinds.WAYPOINT_PARAMETERS);

    private final AtomicLong versions = new AtomicLong(1);
    private final Map<ResourceRef, LiveStatus> live = new ConcurrentHashMap<>();
    private final Set<ResourceRef> seen = ConcurrentHashMap.newKeySet();
    private final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    private final KubernetesClient client;
    private final Targets targets = new Targets();
    private final StatusWriter statuses;
    private final Controller controller;
    private final long thread;
    private ResourceSet set = ResourceSet.EMPTY;

    private RoundCosts() throws IOException {
        server.createContext("/", this::echo);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build())
                .build();
        InstantSource clock = InstantSource.system();
        ClusterApi api = new ClusterApi(client, "waypoint");
        statuses = new StatusWriter(
                api,
                new StatusWriter.Cluster(
                        ref -> Optional.ofNullable(live.get(ref)),
                        (ref, status) -> {
                            live.put(ref, status);
                            seen.add(ref);
                        },
                        this::seen),
                TranslatorSettings.CONTROLLER_NAME,
                new EventRecorder(api, clock, "test"),
                clock);
        controller = new Controller(
                new Controller.Parts(
                        new Translator(FilterCatalog.installed(finding -> {}), TranslatorSettings.FOR_CLUSTER),
                        targets,
                        new Provisioner(api, new OwnedObjects()),
                        new ClassFinalizers(
                                api, ref -> Optional.ofNullable(live.get(ref)), TranslatorSettings.CONTROLLER_NAME),
                        statuses,
                        new Controller.Proxies("waypoint", "waypoint-controller.waypoint-system.svc:15010"),
                        clock),
                all -> {});
        controller.lead();
        thread = Thread.getAllStackTraces().keySet().stream()
                .filter(one -> one.getName().equals("controller"))
                .findFirst()
                .orElseThrow()
                .threadId();
    }

    private List<ResourceRef> seen() {
        List<ResourceRef> all = List.copyOf(seen);
        all.forEach(seen::remove);
        return all;
    }

    /** Answers each write with what was written. */
    private void echo(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean write = !exchange.getRequestMethod().equals("GET");
        byte[] answer = write
                ? new String(body, StandardCharsets.UTF_8)
                        .replaceFirst(
                                "\"metadata\":\\{",
                                "\"metadata\":{\"resourceVersion\":\"" + versions.incrementAndGet() + "\",")
                        .getBytes(StandardCharsets.UTF_8)
                : "{}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(write ? 200 : 404, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    /** Writes and compares images as streams do, on a thread of its own, and takes everything. */
    private static final class Targets extends TrustedTargets {
        private final Map<DataPlane, ImageEncoder> encoders = new HashMap<>();
        private final Map<DataPlane, ConfigImage> images = new HashMap<>();
        private final Map<DataPlane, List<Replica>> replicas = new ConcurrentHashMap<>();
        private long cpu;

        @Override
        public void publish(DataPlane plane, ProxyConfig config) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            ConfigImage image = encoders.computeIfAbsent(plane, absent -> new ImageEncoder())
                    .encode(config.routing());
            ConfigDelta delta = ConfigDelta.between(images.getOrDefault(plane, ConfigImage.EMPTY), image);
            images.put(plane, image);
            if (delta.changes().size() > 100_000) {
                throw new IllegalStateException();
            }
            cpu += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            replicas.put(plane, List.of(new Replica("pod", config.version(), Optional.empty())));
            changed(plane);
        }

        @Override
        public void withdraw(DataPlane plane) {
            encoders.remove(plane);
        }

        @Override
        public List<Replica> replicas(DataPlane plane) {
            return replicas.getOrDefault(plane, List.of());
        }
    }

    private void put(ResourceSet.Builder builder, Written written, long generation) {
        ObjectNode object = written.object();
        object.withObject("metadata")
                .put("generation", generation)
                .put("uid", written.path())
                .put("creationTimestamp", "2026-01-01T00:00:00Z");
        Kind<?> kind = Optional.<Kind<?>>ofNullable(
                        KINDS.get(object.path("kind").asText()))
                .orElseThrow();
        ResourceReader.Reading reading = ResourceReader.read(kind, object);
        builder.put(reading.resource().orElseThrow());
        seen.add(reading.ref());
        live.computeIfAbsent(
                reading.ref(),
                ref -> new LiveStatus(
                        new LiveStatus.Version(
                                written.path(),
                                object.path("apiVersion").asText(),
                                written.path(),
                                String.valueOf(versions.incrementAndGet())),
                        List.of(),
                        JsonNodeFactory.instance.missingNode()));
    }

    private void everything(ScaleObjects objects) throws InterruptedException {
        ResourceSet.Builder builder = set.change();
        put(builder, objects.light(), 1);
        ObjectNode ours = Installation.object(
                        "{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: waypoint}, spec: {controllerName: waypoint.dev/controller}}")
                .object();
        ours.withObject("metadata").remove("namespace");
        builder.put(ResourceReader.read(Kinds.GATEWAY_CLASS, ours).resource().orElseThrow());
        for (int i = 0; i < objects.gateways(); i++) {
            put(builder, objects.gateway(i), 1);
        }
        for (int i = 0; i < objects.gateways(); i++) {
            DataPlane plane = new DataPlane(Installation.NAMESPACE, ScaleObjects.gatewayName(i) + "-waypoint");
            put(
                    builder,
                    Installation.object("{apiVersion: v1, kind: Secret, metadata: {name: %s}}"
                            .formatted(ResourceNames.sessions(plane))),
                    1);
        }
        objects.allServices().forEach(one -> put(builder, one, 1));
        for (int i = 0; i < objects.routes(); i++) {
            put(builder, objects.route(i, 0), 1);
        }
        set = builder.build();
        round(set);
        long before;
        do {
            before = statuses.writes();
            Thread.sleep(1000);
            round(set);
        } while (statuses.writes() != before);
    }

    private void round(ResourceSet next) throws InterruptedException {
        set = next;
        long before = controller.facts().rounds();
        controller.changed(next);
        while (controller.facts().rounds() == before) {
            Thread.sleep(1);
        }
    }

    private interface Change {
        Written make(int number);
    }

    private void measure(String what, int changes, Change change) throws InterruptedException {
        long cpu = cpu();
        long streams = targets.cpu;
        long rounds = controller.facts().rounds();
        long bytes = allocated();
        for (int i = 0; i < changes; i++) {
            ResourceSet.Builder builder = set.change();
            put(builder, change.make(i), i + 2);
            round(builder.build());
            round(set);
        }
        System.out.printf(
                Locale.ROOT,
                "%-20s controller %6.2f ms CPU for each, of which images %6.2f ms; %.1f rounds, %.0f KiB allocated%n",
                what,
                (cpu() - cpu) / 1e6 / changes,
                (targets.cpu - streams) / 1e6 / changes,
                (controller.facts().rounds() - rounds) / (double) changes,
                (allocated() - bytes) / 1024.0 / changes);
    }

    private long cpu() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
    }

    private long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(thread);
    }

    @Override
    public void close() {
        controller.close();
        statuses.close();
        client.close();
        server.stop(0);
    }

    public static void main(String... arguments) throws Exception {
        int routes = Integer.parseInt(arguments[0]);
        int services = Integer.parseInt(arguments[1]);
        int gateways = Integer.parseInt(arguments[2]);
        int changes = Integer.parseInt(arguments[3]);
        ScaleObjects objects = new ScaleObjects(routes, services, gateways, gateways, "10.250", 8080);
        Random random = new Random(1);
        try (RoundCosts costs = new RoundCosts()) {
            costs.everything(objects);
            System.out.println(costs.statuses.writes() + " statuses written at the start");
            for (int pass = 0; pass < 3; pass++) {
                int revision = pass * changes + 1;
                costs.measure("changed route", changes, i -> objects.route(random.nextInt(routes / 2), revision + i));
                costs.measure(
                        "changed endpoints",
                        changes,
                        i -> objects.slice(random.nextInt(services), Set.of(random.nextInt(ScaleObjects.ENDPOINTS))));
                costs.measure("changed statuses", changes, i -> objects.light());
            }
        }
        System.exit(0);
    }
}
