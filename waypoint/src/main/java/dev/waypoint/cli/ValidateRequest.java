package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code validate} was asked for.
 *
 * @param config the folder or file
 * @param plugins a folder of jars
 * @param statuses whether the statuses are shown that a controller would write
 * @param json whether the output is JSON
 * @param strict whether warnings count as errors
 */
public record ValidateRequest(Path config, Optional<Path> plugins, boolean statuses, boolean json, boolean strict) {}
