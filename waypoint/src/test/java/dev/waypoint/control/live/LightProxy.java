package dev.waypoint.control.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.stream.Backoff;
import dev.waypoint.control.stream.ConfigReceiver;
import dev.waypoint.control.stream.ConfigStreamClient;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.RoutingIr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A proxy that has a stream like a real one, takes everything, and serves nothing. */
final class LightProxy implements ConfigReceiver, AutoCloseable {

    private static final FilterCatalog CATALOG = FilterCatalog.installed(finding -> {});

    private final ConfigStreamClient client;

    LightProxy(Installation installation, String name, Path folder) throws IOException {
        String plane = name + "-waypoint";
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
        review.putObject("spec")
                .put("expirationSeconds", 3600)
                .putArray("audiences")
                .add("waypoint.dev/controller");
        String token = installation
                .api
                .create(Installation.path("v1", "serviceaccounts", plane) + "/token", review)
                .body()
                .at("/status/token")
                .asText();
        String authorities = installation
                .api
                .read(Installation.path("v1", "configmaps", plane + "-ca"))
                .body()
                .path("data")
                .path("ca.crt")
                .asText();
        Files.createDirectories(folder);
        client = new ConfigStreamClient(
                new ConfigStreamClient.Settings(
                        "waypoint-controller.waypoint-system.svc",
                        15010,
                        new DataPlane(Installation.NAMESPACE, plane),
                        "light-" + name,
                        "test",
                        new ConfigStreamClient.Files(
                                Files.writeString(folder.resolve("token"), token),
                                Files.writeString(folder.resolve("ca.crt"), authorities),
                                folder.resolve("state")),
                        new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2))),
                CATALOG,
                this);
        client.start();
    }

    long version() {
        return client.status().version();
    }

    @Override
    public List<String> install(RoutingIr routing) {
        return List.of();
    }

    @Override
    public void refused(long version, String reason) {
        throw new AssertionError(reason);
    }

    @Override
    public void replicas(int count) {
        // It shares nothing.
    }

    @Override
    public void close() {
        client.close();
    }
}
