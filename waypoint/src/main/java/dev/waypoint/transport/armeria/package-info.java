/**
 * The transport that is made of Armeria's server and clients. Handlers of our own sit between Netty's codecs and Armeria's decoders, so that
 * what Armeria would refuse or rewrite passes as it was sent.
 */
@NullMarked
package dev.waypoint.transport.armeria;

import org.jspecify.annotations.NullMarked;
