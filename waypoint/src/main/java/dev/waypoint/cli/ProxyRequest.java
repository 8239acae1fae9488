package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code proxy} was asked for.
 *
 * @param controller where the configuration comes from
 * @param plane who this proxy is
 * @param files what is read and kept
 * @param plugins a folder of jars
 * @param network what is bound and how
 * @param probes what others ask
 * @param logs what is logged and how
 */
public record ProxyRequest(
        Address controller,
        Plane plane,
        Files files,
        Optional<Path> plugins,
        RunRequest.Network network,
        Probes probes,
        RunRequest.Logs logs) {

    /** A host and a port. */
    public record Address(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * Whose configuration is wanted, by whom.
     *
     * @param namespace the data plane's namespace
     * @param name its name
     * @param pod this proxy's pod
     */
    public record Plane(String namespace, String name, String pod) {}

    /**
     * What is read and kept.
     *
     * @param token the service account's token
     * @param authorities the authorities that vouch for the controller
     * @param state the folder for the last good configuration
     */
    public record Files(Path token, Path authorities, Path state) {}

    /**
     * Where health and metrics are served.
     *
     * @param bind the address
     * @param healthPort 0 for any
     * @param metricsPort 0 for any
     */
    public record Probes(String bind, int healthPort, int metricsPort) {}
}
