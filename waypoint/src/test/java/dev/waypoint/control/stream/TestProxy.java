package dev.waypoint.control.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.control.DataPlane;
import dev.waypoint.control.wire.UnreadableConfig;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.RoutingIr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A proxy's end that only notes what it gets. */
public final class TestProxy implements ConfigReceiver, AutoCloseable {

    public final List<RoutingIr> installed = new CopyOnWriteArrayList<>();
    final List<Integer> replicas = new CopyOnWriteArrayList<>();
    public final ConfigStreamClient client;
    volatile String refusal = "";
    volatile Duration delay = Duration.ZERO;

    public TestProxy(Path folder, TestController controller, DataPlane plane, String token) throws IOException {
        this(folder, controller, plane, token, Configs.CATALOG);
    }

    TestProxy(Path folder, TestController controller, DataPlane plane, String token, FilterCatalog catalog)
            throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("token"), token + "\n");
        Files.writeString(folder.resolve("ca.crt"), controller.authorities());
        client = new ConfigStreamClient(
                new ConfigStreamClient.Settings(
                        "localhost",
                        controller.port(),
                        plane,
                        "claimed",
                        "test",
                        new ConfigStreamClient.Files(
                                folder.resolve("token"), folder.resolve("ca.crt"), folder.resolve("state")),
                        new Backoff(Duration.ofMillis(20), Duration.ofMillis(100))),
                catalog,
                this);
    }

    public TestProxy start() {
        client.start();
        return this;
    }

    @Override
    public List<String> install(RoutingIr routing) throws UnreadableConfig {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!refusal.isEmpty()) {
            throw new UnreadableConfig(refusal);
        }
        installed.add(routing);
        return List.of();
    }

    @Override
    public void refused(long version, String reason) {
        // The client's status says so.
    }

    @Override
    public void replicas(int count) {
        replicas.add(count);
    }

    public void awaitVersion(long version) {
        await("version " + version, () -> client.status().version() == version);
    }

    @Override
    public void close() {
        client.close();
    }

    public static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }
}
