/** How proxies and their controller know each other: the controller's own authority with its rotation, and tokens of service accounts. */
@NullMarked
package dev.waypoint.control.trust;

import org.jspecify.annotations.NullMarked;
