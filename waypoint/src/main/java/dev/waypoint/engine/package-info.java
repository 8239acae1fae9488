/**
 * Runs one request. Speaks a small message model ({@link dev.waypoint.engine.Downstream}, {@link dev.waypoint.engine.Upstream})
 * and does not know who moves the bytes.
 */
@NullMarked
package dev.waypoint.engine;

import org.jspecify.annotations.NullMarked;
