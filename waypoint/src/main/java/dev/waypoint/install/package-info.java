/** What a cluster needs before Waypoint runs in it: the definitions of its own kinds. */
@NullMarked
package dev.waypoint.install;

import org.jspecify.annotations.NullMarked;
