/** Tests of the whole proxy in one process, on real sockets. */
@NullMarked
package dev.waypoint.app;

import org.jspecify.annotations.NullMarked;
