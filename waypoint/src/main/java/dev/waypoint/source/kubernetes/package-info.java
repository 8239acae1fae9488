/** Watches a cluster: the objects of all kinds that are understood, as one set. */
@NullMarked
package dev.waypoint.source.kubernetes;

import org.jspecify.annotations.NullMarked;
