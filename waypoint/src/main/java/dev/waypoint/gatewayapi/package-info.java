/**
 * Decides what the objects mean: a pure function from a set of resources to routing records and statuses as data. One class per
 * kind of object or question; no I/O, no clocks, no threads.
 */
@NullMarked
package dev.waypoint.gatewayapi;

import org.jspecify.annotations.NullMarked;
