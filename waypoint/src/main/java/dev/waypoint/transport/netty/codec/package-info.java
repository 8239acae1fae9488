/** HTTP/1 heads and bodies from bytes and back: no channels, no state beyond one message. */
@NullMarked
package dev.waypoint.transport.netty.codec;

import org.jspecify.annotations.NullMarked;
