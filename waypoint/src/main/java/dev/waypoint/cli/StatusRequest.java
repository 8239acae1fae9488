package dev.waypoint.cli;

import java.util.Optional;

/**
 * What {@code status} was asked for.
 *
 * @param namespace the namespace whose objects are shown; empty for all
 */
public record StatusRequest(Optional<String> namespace) {}
