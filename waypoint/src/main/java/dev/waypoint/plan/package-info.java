/**
 * Runtime objects made of the IR: tables to look up, filters to run, backends to call. Everything that depends on configuration
 * alone is decided here; the request path reads final fields.
 */
@NullMarked
package dev.waypoint.plan;

import org.jspecify.annotations.NullMarked;
