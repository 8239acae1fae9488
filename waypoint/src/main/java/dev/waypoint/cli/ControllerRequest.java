package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code controller} was asked for.
 *
 * @param pod the name that tells this controller from its replicas
 * @param namespace where the controller runs
 * @param proxies how proxies are started
 * @param ports what is served
 * @param plugins a folder of jars, the same that proxies have
 * @param logs what is logged and how; there is no access log
 */
public record ControllerRequest(
        String pod, String namespace, Proxies proxies, Ports ports, Optional<Path> plugins, RunRequest.Logs logs) {

    /**
     * How proxies are started.
     *
     * @param image their image
     * @param address where they find this controller, {@code host:port}
     */
    public record Proxies(String image, String address) {}

    /** What is served. */
    public record Ports(int stream, int health, int metrics) {}
}
