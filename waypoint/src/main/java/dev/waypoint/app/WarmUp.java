package dev.waypoint.app;

import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.cli.TransportKind;
import dev.waypoint.config.Finding;
import dev.waypoint.source.FolderSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A short life: starts, reads configuration, serves some requests and admin pages, ends. All on this machine's loopback. */
final class WarmUp {

    private static final int REQUESTS = 2_000;

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

    private static void serve(Path folder, int backend) throws IOException {
        int port = freePort();
        Files.writeString(folder.resolve("config.yaml"), CONFIG.formatted(port, backend));
        RunRequest.Network network =
                new RunRequest.Network("127.0.0.1", "127.0.0.1", 0, 1, TransportKind.netty, Duration.ofSeconds(1));
        try (Waypoint waypoint = new Waypoint(network, Plugins.load(List.of()), Transports.open(network), List.of())) {
            int admin = waypoint.startAdmin();
            var state = waypoint.apply(new FolderSource(folder).load());
            for (Finding finding : state.findings()) {
                throw new IOException("the made-up configuration is wrong: " + finding);
            }
            waypoint.ready();
            ask(port, "/shop/v1", REQUESTS);
            ask(port, "/other", 20);
            for (String page : List.of("/", "/ready", "/metrics", "/config", "/routes", "/endpoints", "/filters")) {
                ask(admin, page, 2);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Sends requests over one connection and reads the answers, which all have a length. */
    private static void ask(int port, String path, int times) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            byte[] request = ("GET " + path
                            + " HTTP/1.1\r\nHost: shop.example\r\nx-user: a\r\nuser-agent: warm-up\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
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
        String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
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
