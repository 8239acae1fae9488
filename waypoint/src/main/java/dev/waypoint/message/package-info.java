/**
 * The message model: what transports and the engine say to each other. {@link dev.waypoint.message.Downstream} and {@link
 * dev.waypoint.message.RequestEvents} face the client, {@link dev.waypoint.message.Upstream} and {@link
 * dev.waypoint.message.ResponseEvents} face an endpoint. Everything of one exchange is confined to one event loop.
 */
@NullMarked
package dev.waypoint.message;

import org.jspecify.annotations.NullMarked;
