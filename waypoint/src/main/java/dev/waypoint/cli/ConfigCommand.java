package dev.waypoint.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code waypoint config}. */
@Command(
        name = "config",
        description = {
            "Shows what a proxy's pod really has in force: version, listeners, objects, backends; with -o json all its decided",
            "records. Secrets are left out by the proxy itself.",
            "The proxy's admin page is reached through the API server, as with 'kubectl port-forward'.",
        },
        footer = {
            "",
            "Exit status: 0 shown, 1 the proxy has no configuration yet or refused one, 3 the pod cannot be asked",
            "",
            "Example:",
            "  waypoint config -n shop --pod edge-waypoint-5d9c -o json | jq .ir",
        })
final class ConfigCommand implements Callable<Integer> {

    private final Operations operations;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "The pod's namespace (default: that of the kubeconfig's context).")
    @Nullable
    String namespace;

    @Option(names = "--pod", paramLabel = "NAME", required = true, description = "The pod of a proxy.")
    String pod = "";

    @Mixin
    OutputOptions output = new OutputOptions();

    ConfigCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        return operations.cluster().config(new ConfigRequest(Optional.ofNullable(namespace), pod, output.isJson()));
    }
}
