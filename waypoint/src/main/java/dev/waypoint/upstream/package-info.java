/** Backends at run time: which endpoint takes a request, how loaded and how healthy each is, what may be retried. */
@NullMarked
package dev.waypoint.upstream;

import org.jspecify.annotations.NullMarked;
