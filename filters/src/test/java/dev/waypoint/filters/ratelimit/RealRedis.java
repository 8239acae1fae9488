package dev.waypoint.filters.ratelimit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A Redis or Valkey server that can be stopped and started again on the same port. */
final class RealRedis implements AutoCloseable {

    private static final List<String> NAMES = List.of("redis-server", "valkey-server");

    /** Servers of a cluster listen at a second port, 10000 above. */
    private static final int HIGHEST = 55_000;

    private final Path binary;
    private final List<String> options;
    private final int port;
    private Process process;

    private RealRedis(Path binary, List<String> options) throws IOException {
        this.binary = binary;
        this.options = options;
        this.port = freePort();
        this.process = launch();
    }

    /** Starts a server. Where no binary is installed the test is skipped, and says so. */
    static RealRedis start(String... options) throws IOException {
        Optional<Path> found = binary();
        Assumptions.assumeTrue(
                found.isPresent(),
                "skipped: none of " + NAMES
                        + " is installed (Debian: apt-get install redis-server), so global limits are not tested");
        return new RealRedis(found.orElseThrow(), List.of(options));
    }

    private static Optional<Path> binary() {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/usr/local/bin:/usr/sbin";
        return Stream.of(path.split(":"))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() < HIGHEST) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--port",
                options.contains("--tls-port") ? "0" : Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                System.getProperty("java.io.tmpdir")));
        options.forEach(option -> command.add(option.replace("PORT", Integer.toString(port))));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitPort(started);
        return started;
    }

    private void awaitPort(Process started) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < end && started.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
                return;
            } catch (IOException e) {
                sleep();
            }
        }
        throw new IOException("the server does not listen on " + address());
    }

    private static void sleep() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it at once, as a crash does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops it without closing its connections. */
    void freeze() throws IOException {
        signal("STOP");
    }

    void thaw() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void restart() throws IOException {
        kill();
        process = launch();
    }

    @Override
    public void close() {
        kill();
    }
}
