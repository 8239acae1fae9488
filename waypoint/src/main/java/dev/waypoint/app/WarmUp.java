package dev.waypoint.app;

import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.WaypointCommand;
import dev.waypoint.source.envoy.EnvoyBootstrap;
import dev.waypoint.source.envoy.UnreadableBootstrap;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * A short life: starts, reads configuration, serves requests of all common kinds and admin pages, ends. All on this machine's loopback. What
 * runs here is in the start-up cache, with its profiles.
 */
final class WarmUp {

    private static final int REQUESTS = 300;
    private static final int FEW = 20;

    private WarmUp() {}

    static int run(PrintWriter err) {
        try (WarmUpPeers peers = WarmUpPeers.start()) {
            readBootstrap();
            Path folder = Files.createTempDirectory("waypoint-warm-up");
            try {
                serve(folder, peers);
            } finally {
                Files.deleteIfExists(folder.resolve("config.yaml"));
                Files.deleteIfExists(folder);
            }
            // A part of every start, but last here: the cache is to hold as much of what the compiler found as it can.
            CompilerThreads.yieldToRequests();
            return ExitCode.OK;
        } catch (IOException e) {
            err.println("waypoint: the warm-up failed: " + e);
            return ExitCode.CANNOT_START;
        }
    }

    /** The other way by which configuration comes. */
    private static void readBootstrap() throws IOException {
        Path file = Files.createTempFile("waypoint-warm-up", ".yaml");
        try {
            Files.writeString(file, resource("warm-up-envoy.yaml"));
            EnvoyBootstrap read =
                    EnvoyBootstrap.read(file, Plugins.load(List.of()).catalog());
            if (!read.findings().isEmpty()) {
                throw new IOException("the made-up bootstrap is wrong: " + read.findings());
            }
        } catch (UnreadableBootstrap e) {
            throw new IOException("the made-up bootstrap cannot be read", e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The very command that a user gives, in this process, so that all of its way is in the cache. */
    private static void serve(Path folder, WarmUpPeers peers) throws IOException {
        int port = freePort();
        Files.writeString(folder.resolve("config.yaml"), configuration(port, peers));
        StringWriter printed = new StringWriter();
        PrintWriter out = new PrintWriter(printed, true);
        Thread program = Thread.ofPlatform()
                .daemon()
                .start(() -> WaypointCommand.execute(
                        new Commands(out, out),
                        out,
                        out,
                        "run",
                        "--config",
                        folder.toString(),
                        "--bind",
                        "127.0.0.1",
                        "--admin-port",
                        "0",
                        "--workers",
                        "1",
                        "--access-log",
                        "sampled=1%",
                        "--drain",
                        "1"));
        try {
            String report = awaitReady(program, printed);
            if (!report.contains(" 0 errors, 0 warnings")) {
                throw new IOException("the made-up configuration is wrong:\n" + report);
            }
            int admin = Integer.parseInt(report.replaceAll("(?s).*admin +http://[^:]+:([0-9]+)/.*", "$1"));
            serveSome(port, admin);
            program.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One row for each kind of request that should be fast from the first one on. */
    private static void serveSome(int port, int admin) throws IOException {
        ask(port, "GET /shop/v1", "", 200, REQUESTS);
        ask(port, "POST /shop/v1", "hello", 200, REQUESTS / 3);
        ask(port, "GET /other", "", 404, FEW);
        ask(port, "GET /http2/v1", "", 200, REQUESTS);
        ask(port, "POST /http2/v1", "hello", 200, REQUESTS / 3);
        ask(port, "GET /tls/v1", "", 200, REQUESTS);
        ask(port, "GET /processed/v1", "", 200, REQUESTS);
        ask(port, "POST /processed/v1", "hello", 200, REQUESTS / 3);
        ask(port, "GET /limited", "", 200, 1);
        ask(port, "GET /limited", "", 429, REQUESTS / 3);
        // A gRPC call needs HTTP/2, here over TLS; it is refused as gRPC refuses.
        ask(port, "POST /grpc/shop.Cart/Get", "grpc", 200, REQUESTS / 3);
        for (String page : List.of("/", "/ready", "/metrics", "/config", "/routes", "/endpoints", "/filters")) {
            ask(admin, "GET " + page, "", 200, 2);
        }
        ask(admin, "POST /drain", "", 0, 1);
    }

    private static String configuration(int port, WarmUpPeers peers) throws IOException {
        String authority = new String(Base64.getDecoder().decode(peers.chain()), StandardCharsets.US_ASCII);
        return resource("warm-up.yaml")
                .replace("${http}", Integer.toString(port))
                .replace("${https}", Integer.toString(freePort()))
                .replace("${backend}", Integer.toString(peers.backend()))
                .replace("${processor}", Integer.toString(peers.processor()))
                .replace("${chain}", peers.chain())
                .replace("${key}", peers.key())
                .replace("${authority}", authority.replace("\n", "\\n"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = WarmUp.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String awaitReady(Thread program, StringWriter printed) throws IOException, InterruptedException {
        while (!printed.toString().contains("ready in")) {
            if (!program.isAlive()) {
                throw new IOException("it ended before it was ready:\n" + printed);
            }
            Thread.sleep(20);
        }
        return printed.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Sends requests over one connection and reads the answers.
     *
     * @param body of each; {@code grpc} for an empty gRPC message
     * @param status what is to be answered; 0 for anything
     */
    private static void ask(int port, String line, String body, int status, int times) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            boolean grpc = body.equals("grpc");
            String content = grpc ? "\0\0\0\0\0" : body;
            String head = " HTTP/1.1\r\nhost: shop.example\r\nx-user: a\r\nuser-agent: warm-up\r\n"
                    + (grpc ? "content-type: application/grpc\r\nte: trailers\r\n" : "")
                    + (content.isEmpty() ? "" : "content-length: " + content.length() + "\r\n");
            byte[] request = (line + head + "\r\n" + content).getBytes(StandardCharsets.US_ASCII);
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < times; i++) {
                out.write(request);
                String answer = WarmUpBackend.readMessage(socket.getInputStream());
                if (status != 0 && !answer.startsWith("HTTP/1.1 " + status + " ")) {
                    throw new IOException(
                            line + " was answered with " + answer.lines().findFirst() + " instead of " + status);
                }
                if (answer.isEmpty() || answer.contains("connection: close")) {
                    return;
                }
            }
        }
    }
}
