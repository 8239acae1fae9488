/** The admin pages: configuration, routes, explanations, metrics, drain. On an event loop of their own. */
@NullMarked
package dev.waypoint.admin;

import org.jspecify.annotations.NullMarked;
