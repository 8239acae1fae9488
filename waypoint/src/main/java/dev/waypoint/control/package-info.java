/** The contract between the parts of the cluster's control side: what is served where, and who has taken it. */
@NullMarked
package dev.waypoint.control;

import org.jspecify.annotations.NullMarked;
