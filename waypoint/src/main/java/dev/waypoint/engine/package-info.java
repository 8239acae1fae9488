/**
 * Runs one request: entry, filters, dispatch, response. Speaks the message model on both sides and does not know who moves the
 * bytes. Everything of one exchange happens on one event loop.
 */
@NullMarked
package dev.waypoint.engine;

import org.jspecify.annotations.NullMarked;
