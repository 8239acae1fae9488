/**
 * The transport made of Netty's channels and codecs alone. Everything of one exchange happens on the event loop of its downstream
 * connection, upstream connections included.
 */
@NullMarked
package dev.waypoint.transport.netty;

import org.jspecify.annotations.NullMarked;
