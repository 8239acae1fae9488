package dev.waypoint.control.stream;

import dev.waypoint.control.wire.ConfigImage;

/**
 * What the proxies of a data plane are to have.
 *
 * @param version its number
 * @param image its content
 * @param replicas how many proxies share what is divided among them
 */
record Publication(long version, ConfigImage image, int replicas) {}
