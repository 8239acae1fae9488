/** Tests of what is installed into clusters. */
@NullMarked
package dev.waypoint.install;

import org.jspecify.annotations.NullMarked;
