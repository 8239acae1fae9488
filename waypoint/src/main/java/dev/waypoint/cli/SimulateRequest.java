package dev.waypoint.cli;

import java.nio.file.Path;

/**
 * What {@code limits simulate} was asked for.
 *
 * @param policy the file or folder with RateLimitPolicies
 * @param accessLog the access log
 * @param replicas how many replicas share divided limits
 */
public record SimulateRequest(Path policy, Path accessLog, int replicas) {}
