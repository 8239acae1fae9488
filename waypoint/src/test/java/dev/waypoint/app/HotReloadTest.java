package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.TransportKind;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.FolderWatch;
import dev.waypoint.transport.RawBackend;
import dev.waypoint.transport.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A changed file of a folder as a team has one, from the moment it is written to the first answer that obeys it. {@code
 * -Dwaypoint.reload.routes=5000} makes the folder larger; the times are printed.
 */
class HotReloadTest {

    private static final int ROUTES = Integer.getInteger("waypoint.reload.routes", 1000);
    private static final int ROUTES_OF_A_FILE = 20;
    private static final int CHANGES = 15;

    /** Far above what it takes, which docs/performance.md tells: other work on the machine must not fail this. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private static String route(int number, String hostname) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r%d}
                spec:
                  parentRefs: [{name: edge}]
                  hostnames: [%s]
                  rules:
                    - name: main
                      matches:
                        - path: {value: /v1}
                          headers: [{name: x-version, value: "1"}]
                        - path: {value: /}
                      filters:
                        - type: ResponseHeaderModifier
                          responseHeaderModifier: {set: [{name: x-host, value: %s}]}
                      backendRefs: [{name: shop, port: 80}]
                ---
                """.formatted(number, hostname, hostname);
    }

    private void write(LiveProxy proxy, int file, String suffix) {
        StringBuilder yaml = new StringBuilder();
        for (int i = file * ROUTES_OF_A_FILE; i < (file + 1) * ROUTES_OF_A_FILE; i++) {
            yaml.append(route(i, "h" + i + suffix + ".example"));
        }
        proxy.write("team-" + file + ".yaml", yaml.toString());
    }

    private static boolean answers(RawClient client, String host) throws Exception {
        return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .readResponse()
                .contains("x-host: " + host);
    }

    @Test
    void aChangeIsSoonInForce() throws Exception {
        Path config = Files.createDirectory(folder.resolve("config"));
        FolderSource source = new FolderSource(config);
        try (RawBackend backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                LiveProxy proxy = new LiveProxy(TransportKind.netty, config)) {
            proxy.gateway().service("shop", backend.port());
            for (int file = 0; file < ROUTES / ROUTES_OF_A_FILE; file++) {
                write(proxy, file, "");
            }
            assertThat(proxy.waypoint.apply(source.load()).findings()).isEmpty();
            try (FolderWatch _ = source.watch(proxy.waypoint::apply);
                    RawClient client = new RawClient(proxy.port)) {
                List<Long> millis = new ArrayList<>();
                for (int change = 0; change < CHANGES; change++) {
                    int file = change * 7 % (ROUTES / ROUTES_OF_A_FILE);
                    String suffix = "-" + change;
                    long start = System.nanoTime();
                    write(proxy, file, suffix);
                    String host = "h" + file * ROUTES_OF_A_FILE + suffix + ".example";
                    while (!answers(client, host)) {
                        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
                        Thread.sleep(2);
                    }
                    millis.add((System.nanoTime() - start) / 1_000_000);
                }
                System.out.println(ROUTES + " routes, from the writing of a file to an answer: "
                        + millis.stream().sorted().toList() + " ms");
            }
        }
    }
}
