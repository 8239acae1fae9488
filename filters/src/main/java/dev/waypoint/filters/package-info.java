/** The built-in filters: each is one file with its configuration, placement and behaviour. */
@NullMarked
package dev.waypoint.filters;

import org.jspecify.annotations.NullMarked;
