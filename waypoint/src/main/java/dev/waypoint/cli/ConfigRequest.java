package dev.waypoint.cli;

import java.util.Optional;

/**
 * What {@code config} was asked for.
 *
 * @param namespace the pod's namespace; empty for that of the kubeconfig's context
 * @param pod the pod's name
 * @param json whether everything is printed, as data
 */
public record ConfigRequest(Optional<String> namespace, String pod, boolean json) {}
