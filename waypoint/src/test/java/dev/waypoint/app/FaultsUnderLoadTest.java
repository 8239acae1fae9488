package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.TransportKind;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.transport.H2Frames;
import dev.waypoint.transport.RawBackend;
import dev.waypoint.transport.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What goes wrong around a proxy that is in use: not one of the other requests may be answered wrongly, or not at all. Each takes two
 * seconds; {@code -Dwaypoint.faults.seconds=60} makes them longer.
 */
class FaultsUnderLoadTest {

    private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("waypoint.faults.seconds", 2));
    private static final String ROUTE = "- backendRefs: [{name: shop, port: 80}]";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closing(T value) {
        opened.add(value);
        return value;
    }

    private RawBackend backend() throws IOException {
        return closing(new RawBackend(SteadyLoad.echo()));
    }

    private LiveProxy proxy(TransportKind kind, String name) throws IOException {
        return closing(new LiveProxy(kind, Files.createDirectory(folder.resolve(name))))
                .gateway();
    }

    private LiveProxy proxy(TransportKind kind) throws IOException {
        LiveProxy proxy = proxy(kind, "a").service("shop", backend().port()).route("shop", ROUTE);
        assertThat(proxy.apply().findings()).isEmpty();
        return proxy;
    }

    private SteadyLoad load(LiveProxy proxy) {
        return closing(new SteadyLoad(() -> proxy.port, DURATION));
    }

    @ParameterizedTest
    @EnumSource
    void reloads(TransportKind kind) throws Exception {
        LiveProxy proxy = proxy(kind);
        SteadyLoad load = load(proxy);
        int reloads = 0;
        for (; reloads < 200 || load.isRunning(); reloads++) {
            proxy.route("shop", ROUTE + "\n  timeouts: {request: " + (10 + reloads % 7) + "s}")
                    .route("other", "- matches: [{path: {value: /other" + reloads + "}}]\n  " + ROUTE.substring(2));
            proxy.apply();
            Thread.sleep(1);
        }
        load.check();
        assertThat(proxy.waypoint.state().snapshot().version()).isGreaterThan(200);
    }

    @ParameterizedTest
    @EnumSource
    void endpointsComeAndGo(TransportKind kind) throws Exception {
        LiveProxy proxy = proxy(kind);
        RawBackend stays = backend();
        AtomicInteger asked = new AtomicInteger();
        SteadyLoad load = load(proxy);
        while (load.isRunning()) {
            try (RawBackend comes = new RawBackend(peer -> {
                asked.incrementAndGet();
                SteadyLoad.echo().run(peer);
            })) {
                proxy.service("shop", stays.port(), comes.port()).apply();
                Thread.sleep(150);
                proxy.service("shop", stays.port()).apply();
                // Requests that were under way end before the endpoint does.
                Thread.sleep(150);
            }
        }
        load.check();
        assertThat(asked).hasPositiveValue();
    }

    @ParameterizedTest
    @EnumSource
    void upstreamsRestart(TransportKind kind) throws Exception {
        RawBackend stays = backend();
        int port = portThatStaysFree();
        RawBackend restarts = new RawBackend(port, SteadyLoad.echo());
        LiveProxy proxy = proxy(kind, "a")
                .service("shop", stays.port(), port)
                .route("shop", ROUTE + "\n  retry: {attempts: 3, backoff: 1ms, codes: [503]}")
                .write("budget.yaml", """
                        apiVersion: waypoint.dev/v1alpha1
                        kind: TrafficPolicy
                        metadata: {name: budget}
                        spec:
                          targetRefs: [{group: "", kind: Service, name: shop}]
                          retryBudget: {percent: 100}
                        """);
        assertThat(proxy.apply().findings()).isEmpty();
        SteadyLoad load = load(proxy);
        while (load.isRunning()) {
            Thread.sleep(100);
            restarts.close();
            Thread.sleep(100);
            restarts = new RawBackend(port, SteadyLoad.echo());
        }
        load.check();
        restarts.close();
    }

    /**
     * A free port outside of those that systems give to connections by themselves: one of these could be taken while nothing listens,
     * and a connection from it to itself would even succeed.
     */
    private static int portThatStaysFree() {
        for (int port = ThreadLocalRandom.current().nextInt(20_000, 30_000); ; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReplicaDrainsAndClientsGoToAnother(TransportKind kind) throws Exception {
        RawBackend backend = backend();
        LiveProxy first = proxy(kind, "a").service("shop", backend.port()).route("shop", ROUTE);
        LiveProxy second = proxy(kind, "b").service("shop", backend.port()).route("shop", ROUTE);
        first.apply();
        second.apply();
        AtomicInteger port = new AtomicInteger(first.port);
        SteadyLoad load = closing(new SteadyLoad(port::get, DURATION));
        Thread.sleep(DURATION.toMillis() / 3);
        assertThat(load.reconnects()).isZero();
        // The balancer in front sees /ready, and new connections go elsewhere.
        first.waypoint.drain();
        port.set(second.port);
        first.waypoint.awaitDrain(Duration.ofMillis(100));
        first.waypoint.drainAndClose(Duration.ofSeconds(5));
        load.check();
        assertThat(load.reconnects()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void clientsStopReading(TransportKind kind) throws Exception {
        LiveProxy proxy = proxy(kind);
        AtomicLong sent = new AtomicLong();
        int piece = 64 * 1024;
        RawBackend large = closing(new RawBackend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "x".repeat(piece) + "\r\n";
            while (true) {
                peer.write(chunk);
                sent.addAndGet(piece);
            }
        }));
        proxy.service("large", large.port())
                .route("large", "- matches: [{path: {value: /large}}]\n  backendRefs: [{name: large, port: 80}]");
        assertThat(proxy.apply().findings()).isEmpty();
        SteadyLoad load = load(proxy);
        int clients = 10;
        for (int i = 0; i < clients; i++) {
            RawClient client = closing(new RawClient(proxy.port));
            client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
        }
        load.check();
        assertThat(sent.get() / clients)
                .as("bytes that sockets and proxy hold for each client that does not read")
                .isPositive()
                .isLessThan(32L * 1024 * 1024);
    }

    @ParameterizedTest
    @EnumSource
    void slowHeads(TransportKind kind) throws Exception {
        LiveProxy proxy = proxy(kind);
        List<RawClient> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slow.add(begun(proxy));
        }
        SteadyLoad load = load(proxy);
        int cutOff = 0;
        for (int i = 0; load.isRunning(); i++) {
            for (int j = 0; j < slow.size(); j++) {
                try {
                    slow.get(j).send("x-" + i + ": y\r\n");
                } catch (SocketException ended) {
                    cutOff++;
                    slow.set(j, begun(proxy));
                }
            }
            Thread.sleep(100);
        }
        load.check();
        long limits = DURATION.minusSeconds(2).dividedBy(ListenerSettingsIr.DEFAULT.headerTimeout());
        assertThat(cutOff).as("clients that took longer than a head may").isEqualTo((int) limits * slow.size());
        assertThat(begun(proxy).send("\r\n").readResponse()).startsWith("HTTP/1.1 200 ");
    }

    /** A client that has sent a part of a head. */
    private RawClient begun(LiveProxy proxy) throws IOException {
        return closing(new RawClient(proxy.port)).send("GET / HTTP/1.1\r\nHost: a\r\n");
    }

    /** Sends pieces on each of some connections, which the proxy must have enough of: it ends every one. */
    private static void flood(LiveProxy proxy, int connections, int pieces, IntFunction<String> piece)
            throws IOException {
        for (int i = 0; i < connections; i++) {
            try (RawClient client = new RawClient(proxy.port)) {
                client.send(H2Frames.PREFACE);
                for (int j = 0; j < pieces; j++) {
                    client.send(piece.apply(j));
                }
                client.readAll();
            } catch (SocketException ended) {
                // As good as an end: bytes of ours were on their way.
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tenThousandResets(TransportKind kind) throws Exception {
        LiveProxy proxy = proxy(kind);
        SteadyLoad load = load(proxy);
        int each = 50;
        do {
            flood(proxy, 4, 2500 / each, i -> {
                StringBuilder many = new StringBuilder();
                for (int j = 0; j < each; j++) {
                    many.append(H2Frames.resetRequest((i * each + j) * 2 + 1));
                }
                return many.toString();
            });
        } while (load.isRunning());
        load.check();
    }

    @ParameterizedTest
    @EnumSource
    void continuationsWithoutEnd(TransportKind kind) throws Exception {
        LiveProxy proxy = proxy(kind);
        SteadyLoad load = load(proxy);
        String block = "\0\u0001a\u007f" + "b".repeat(127);
        do {
            flood(
                    proxy,
                    20,
                    200,
                    i -> i == 0
                            ? H2Frames.frame(1, 1, 1, H2Frames.HEAD)
                            : H2Frames.frame(9, 0, 1, block).repeat(20));
        } while (load.isRunning());
        load.check();
    }
}
