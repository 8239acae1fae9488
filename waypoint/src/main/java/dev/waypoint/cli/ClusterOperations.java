package dev.waypoint.cli;

/** What the commands for a cluster ask to be done. Each returns an {@link ExitCode}. */
public interface ClusterOperations {

    /** Serves what a controller says until a signal comes. */
    int proxy(ProxyRequest request);

    /** Watches a cluster and runs its proxies until a signal comes. */
    int controller(ControllerRequest request);

    /** Shows what is attached to what in a cluster, and what is wrong. */
    int status(StatusRequest request);

    /** Shows what a proxy's pod has in force. */
    int config(ConfigRequest request);
}
