package dev.waypoint.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waypoint status}. */
@Command(
        name = "status",
        description = {
            "Shows on one page what is attached to what in a cluster, and what is wrong, as the controller judged it.",
            "The cluster is that of KUBECONFIG; the user needs to list Gateways, routes and policies.",
        })
final class StatusCommand implements Callable<Integer> {

    private final Operations operations;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "The namespace whose objects are shown (default: all).")
    @Nullable
    String namespace;

    StatusCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        return operations.cluster().status(new StatusRequest(Optional.ofNullable(namespace)));
    }
}
