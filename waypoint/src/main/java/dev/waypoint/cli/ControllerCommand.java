package dev.waypoint.cli;

import dev.waypoint.control.ProxyLaunch;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waypoint controller}. */
@Command(
        name = "controller",
        description = {
            "Watches a cluster: starts proxies for Gateways, tells them what to serve, writes what became of each"
                    + " object.",
            "Of several replicas one acts. The cluster is that of the pod's service account, or of KUBECONFIG.",
        },
        footer = {
            "",
            "Signals:",
            "  SIGTERM, SIGINT   hand the lead over and end; proxies go on with what they have",
        })
final class ControllerCommand implements Callable<Integer> {

    private final Operations operations;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--pod",
            paramLabel = "NAME",
            defaultValue = "${env:POD_NAME:-${sys:user.name}}",
            description = "Name that tells this controller from its replicas (default: POD_NAME).")
    String pod = "";

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "${env:POD_NAMESPACE:-waypoint-system}",
            description = "Where the controller runs, for its Lease and its Secret (default: POD_NAMESPACE, else"
                    + " waypoint-system).")
    String namespace = "";

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            defaultValue = "${env:WAYPOINT_IMAGE:-ghcr.io/waypoint-dev/waypoint:latest}",
            description = "Image of the proxies, unless WaypointParameters say otherwise (default: WAYPOINT_IMAGE).")
    String image = "";

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "Where proxies find the controller (default: waypoint-controller.NAMESPACE.svc:"
                    + ProxyLaunch.STREAM_PORT + ").")
    @Nullable
    String address;

    @Option(
            names = "--stream-port",
            paramLabel = "PORT",
            defaultValue = "" + ProxyLaunch.STREAM_PORT,
            description = "Port of the config stream (default ${DEFAULT-VALUE}).")
    int streamPort;

    @Option(
            names = "--health-port",
            paramLabel = "PORT",
            defaultValue = "" + ProxyLaunch.HEALTH_PORT,
            description = "Port of /healthz/ready and /healthz/live (default ${DEFAULT-VALUE}).")
    int healthPort;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            defaultValue = "" + ProxyLaunch.METRICS_PORT,
            description = "Port of /stats/prometheus (default ${DEFAULT-VALUE}).")
    int metricsPort;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Folder of jars with further filters; the proxies need the same.")
    @Nullable
    Path plugins;

    @Mixin
    LogOptions log = new LogOptions();

    ControllerCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        CommandSpec command = spec == null ? new CommandLine(this).getCommandSpec() : spec;
        Bounds.port(command, "--stream-port", streamPort);
        Bounds.port(command, "--health-port", healthPort);
        Bounds.port(command, "--metrics-port", metricsPort);
        String where =
                address == null ? "waypoint-controller." + namespace + ".svc:" + ProxyLaunch.STREAM_PORT : address;
        Bounds.address(command, "--address", where);
        return operations
                .cluster()
                .controller(new ControllerRequest(
                        pod,
                        namespace,
                        new ControllerRequest.Proxies(image, where),
                        new ControllerRequest.Ports(streamPort, healthPort, metricsPort),
                        Optional.ofNullable(plugins),
                        new RunRequest.Logs(log.format, log.level(command), Optional.empty(), Optional.empty())));
    }
}
