package dev.waypoint.admin;

import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.plan.RoutingSnapshot;
import dev.waypoint.source.ResourceSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The configuration at one moment, from the objects to the snapshot.
 *
 * @param resources the objects
 * @param findings everything that is wrong with them
 * @param statuses what a controller would write into the objects
 * @param snapshot what serves requests
 * @param socketProblems sockets that could not be opened: address to reason
 * @param installed when it came into force
 */
public record ConfigState(
        ResourceSet resources,
        List<Finding> findings,
        Map<ResourceRef, ObjectStatus> statuses,
        RoutingSnapshot snapshot,
        Map<String, String> socketProblems,
        Instant installed) {
    public ConfigState {
        findings = List.copyOf(findings);
        statuses = Map.copyOf(statuses);
        socketProblems = Map.copyOf(socketProblems);
    }

    /** How many findings of a severity there are. */
    public int count(Finding.Severity severity) {
        return (int) findings.stream()
                .map(Finding::severity)
                .filter(severity::equals)
                .count();
    }
}
