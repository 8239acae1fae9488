package dev.waypoint.cli;

import dev.waypoint.control.ProxyLaunch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waypoint proxy}. The paths and ports of a pod are constants of the contract with the controller. */
@Command(
        name = "proxy",
        defaultValueProvider = ProxyCommand.InPods.class,
        description = {
            "Serves what a controller says, in a pod. It needs no permissions in the cluster: its configuration comes by a stream,"
                    + " for which it shows the token of its service account.",
            "When the controller is away it serves what it has, and after a restart what it had. It is not ready before it has any.",
        },
        footer = {
            "",
            "Signals:",
            "  SIGTERM, SIGINT   not ready any more; after --drain-delay a drain, then exit 0",
            "  the same again    stop at once, exit 130",
        })
final class ProxyCommand implements Callable<Integer> {

    private final Operations operations;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--controller",
            paramLabel = "HOST:PORT",
            required = true,
            description = "Where the controller's stream is (default: WAYPOINT_CONTROLLER of the environment).")
    String controller = "";

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            required = true,
            description =
                    "The namespace of the data plane (default: " + ProxyLaunch.POD_NAMESPACE + " of the environment).")
    String namespace = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            required = true,
            description = "The name of the data plane, which is that of its Deployment and ServiceAccount (default:"
                    + " WAYPOINT_NAME of the environment).")
    String name = "";

    @Option(
            names = "--pod",
            paramLabel = "NAME",
            description = "The name of this pod (default: " + ProxyLaunch.POD_NAME + " of the environment).")
    String pod = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = ProxyLaunch.TOKEN_FILE,
            description = "The token of the service account, read anew for each connection (default ${DEFAULT-VALUE}).")
    Path token = Path.of(ProxyLaunch.TOKEN_FILE);

    @Option(
            names = "--authorities-file",
            paramLabel = "FILE",
            defaultValue = ProxyLaunch.AUTHORITIES_FILE,
            description =
                    "The authorities (PEM) by which the controller is known, read anew for each connection (default"
                            + " ${DEFAULT-VALUE}).")
    Path authorities = Path.of(ProxyLaunch.AUTHORITIES_FILE);

    @Option(
            names = "--state-folder",
            paramLabel = "DIR",
            defaultValue = ProxyLaunch.STATE_FOLDER,
            description = "Where the last good configuration is kept for a restart (default ${DEFAULT-VALUE}). It holds"
                    + " secrets: the folder should be in memory.")
    Path state = Path.of(ProxyLaunch.STATE_FOLDER);

    @Option(names = "--plugins", paramLabel = "DIR", description = "Folder of jars with further filters.")
    @Nullable
    Path plugins;

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
            names = "--probe-bind",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Address of health and metrics (default ${DEFAULT-VALUE}).")
    String probeBind = "0.0.0.0";

    @Mixin
    ServeOptions serve = new ServeOptions();

    ProxyCommand(Operations operations) {
        this.operations = operations;
    }

    /** In a pod, endpoints take a moment to disappear everywhere; and some things are told by the environment. */
    static final class InPods implements IDefaultValueProvider {
        @Override
        public @Nullable String defaultValue(ArgSpec argument) {
            if (!(argument instanceof OptionSpec option)) {
                return null;
            }
            return switch (option.longestName()) {
                case "--drain-delay" -> "5";
                case "--session-secret" ->
                    Files.exists(Path.of(ProxyLaunch.SESSION_SECRET_FILE)) ? ProxyLaunch.SESSION_SECRET_FILE : null;
                case "--controller" -> System.getenv("WAYPOINT_CONTROLLER");
                case "--name" -> System.getenv("WAYPOINT_NAME");
                case "--namespace" -> System.getenv(ProxyLaunch.POD_NAMESPACE);
                case "--pod" -> System.getenv(ProxyLaunch.POD_NAME);
                default -> null;
            };
        }
    }

    @Override
    public Integer call() {
        CommandSpec command = spec == null ? new CommandLine(this).getCommandSpec() : spec;
        Bounds.port(command, "--health-port", healthPort);
        Bounds.port(command, "--metrics-port", metricsPort);
        return operations
                .cluster()
                .proxy(new ProxyRequest(
                        address(command),
                        new ProxyRequest.Plane(namespace, name, pod.isEmpty() ? name : pod),
                        new ProxyRequest.Files(token, authorities, state),
                        Optional.ofNullable(plugins),
                        serve.network(command),
                        new ProxyRequest.Probes(probeBind, healthPort, metricsPort),
                        serve.logs(command)));
    }

    private ProxyRequest.Address address(CommandSpec command) {
        int colon = Bounds.address(command, "--controller", controller);
        return new ProxyRequest.Address(
                controller.substring(0, colon), Integer.parseInt(controller.substring(colon + 1)));
    }
}
