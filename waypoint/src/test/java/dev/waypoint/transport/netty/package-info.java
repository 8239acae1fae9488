/** Tests of the Netty transport's parts, in their own room. */
@NullMarked
package dev.waypoint.transport.netty;

import org.jspecify.annotations.NullMarked;
