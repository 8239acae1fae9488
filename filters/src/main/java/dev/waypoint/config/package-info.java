/** Typed configuration: reading records from trees of data, and the findings when that fails. */
@NullMarked
package dev.waypoint.config;

import org.jspecify.annotations.NullMarked;
