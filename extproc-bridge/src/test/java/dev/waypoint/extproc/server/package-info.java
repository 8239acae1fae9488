/** Tests of served processors and filters, over real sockets. */
@NullMarked
package dev.waypoint.extproc.server;

import org.jspecify.annotations.NullMarked;
