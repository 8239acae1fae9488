package dev.waypoint.app;

import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.WaypointCommand;
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
import java.util.List;
import java.util.Locale;

/** A short life: starts, reads configuration, serves some requests and admin pages, ends. All on this machine's loopback. */
final class WarmUp {

    private static final int REQUESTS = 300;

    private WarmUp() {}

    static int run(PrintWriter err) {
        try (ServerSocket backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> answer(backend));
            Path folder = Files.createTempDirectory("waypoint-warm-up");
            try {
                serve(folder, backend.getLocalPort());
            } finally {
                Files.deleteIfExists(folder.resolve("config.yaml"));
                Files.deleteIfExists(folder);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            err.println("waypoint: the warm-up failed: " + e);
            return ExitCode.CANNOT_START;
        }
    }

    /** The very command that a user gives, in this process, so that all of its way is in the cache. */
    private static void serve(Path folder, int backend) throws IOException {
        int port = freePort();
        Files.writeString(folder.resolve("config.yaml"), CONFIG.formatted(port, backend));
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
            ask(port, "GET /shop/v1", REQUESTS);
            ask(port, "GET /other", 20);
            for (String page : List.of("/", "/ready", "/metrics", "/config", "/routes", "/endpoints", "/filters")) {
                ask(admin, "GET " + page, 2);
            }
            ask(admin, "POST /drain", 1);
            program.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

    /** Sends requests over one connection and reads the answers, which all have a length. */
    private static void ask(int port, String line, int times) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            String head =
                    " HTTP/1.1\r\nHost: shop.example\r\nx-user: a\r\nuser-agent: warm-up\r\ncontent-length: 0\r\n\r\n";
            byte[] request = (line + head).getBytes(StandardCharsets.US_ASCII);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            for (int i = 0; i < times; i++) {
                out.write(request);
                if (!readMessage(in)) {
                    return;
                }
            }
        }
    }

    /** Reads a head and a body of {@code content-length} bytes; whether there can be another message. */
    private static boolean readMessage(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length:");
        if (at < 0) {
            return !lower.contains("transfer-encoding") && lower.startsWith("get ");
        }
        String length = lower.substring(at + 15, lower.indexOf("\r\n", at)).strip();
        in.skipNBytes(Long.parseLong(length));
        return true;
    }

    private static void answer(ServerSocket backend) {
        byte[] response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n\r\nok"
                .getBytes(StandardCharsets.US_ASCII);
        while (!backend.isClosed()) {
            try {
                Socket socket = backend.accept();
                Thread.ofPlatform().daemon().start(() -> answer(socket, response));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket socket, byte[] response) {
        try (socket) {
            while (readMessage(socket.getInputStream())) {
                socket.getOutputStream().write(response);
            }
        } catch (IOException e) {
            // The other side went away, as it may.
        }
    }

    private static final String CONFIG = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: gateway}
            spec:
              gatewayClassName: waypoint
              listeners: [{name: http, port: %d, protocol: HTTP}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: gateway}]
              hostnames: [shop.example]
              rules:
                - matches: [{path: {type: PathPrefix, value: /shop}, headers: [{name: x-user, value: a}]}]
                  filters:
                    - type: RequestHeaderModifier
                      requestHeaderModifier: {set: [{name: x-way, value: point}]}
                    - type: URLRewrite
                      urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}
                  backendRefs: [{name: shop, port: 80}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: shop}
            spec:
              ports: [{port: 80}]
              endpoints: [{addresses: [127.0.0.1], port: %d}]
            """;
}
