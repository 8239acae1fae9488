package dev.waypoint.app;

import dev.waypoint.admin.ConfigState;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.cli.SessionSecret;
import dev.waypoint.cli.TransportKind;
import dev.waypoint.source.FolderSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A proxy with one listener, configured by a folder of its own: all of the product but the command line and the admin server. */
final class LiveProxy implements AutoCloseable {

    final int port = freePort();
    final Waypoint waypoint;
    private final Path folder;
    private final FolderSource source;

    LiveProxy(TransportKind kind, Path folder) {
        this(kind, folder, Optional.empty());
    }

    LiveProxy(TransportKind kind, Path folder, Optional<SessionSecret> secret) {
        this.folder = folder;
        RunRequest.Network network = new RunRequest.Network(
                "127.0.0.1",
                "127.0.0.1",
                0,
                2,
                kind,
                new RunRequest.Drain(Duration.ZERO, Duration.ofSeconds(5)),
                secret);
        waypoint = new Waypoint(network, Plugins.load(List.of()), Transports.open(network), List.of());
        source = new FolderSource(folder);
    }

    /** A port that is free now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a file of configuration, which is not in force yet. */
    LiveProxy write(String file, String yaml) {
        try {
            Files.writeString(folder.resolve(file), yaml);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /** Writes a Gateway with a listener on {@link #port}. */
    LiveProxy gateway() {
        return write("gateway.yaml", """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: waypoint
                  listeners: [{name: http, port: %d, protocol: HTTP}]
                """.formatted(port));
    }

    /** Writes a Service with endpoints on this machine. */
    LiveProxy service(String name, int... ports) {
        StringBuilder yaml = new StringBuilder("""
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec:
                  ports: [{port: 80}]
                  endpoints:
                """.formatted(name));
        for (int endpoint : ports) {
            yaml.append("    - {addresses: [127.0.0.1], port: ")
                    .append(endpoint)
                    .append("}\n");
        }
        return write(
                "service-" + name + ".yaml",
                ports.length == 0 ? yaml.append("    []\n").toString() : yaml.toString());
    }

    /** Writes a route for all requests. */
    LiveProxy route(String name, String rules) {
        return write("route-" + name + ".yaml", """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                """.formatted(name) + rules.indent(4));
    }

    /** Puts into force what is written. */
    ConfigState apply() {
        try {
            return waypoint.apply(source.load());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        waypoint.close();
    }
}
