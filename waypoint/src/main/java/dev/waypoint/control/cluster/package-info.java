/** The controller: from a cluster's objects to configuration, statuses and Deployments. */
@NullMarked
package dev.waypoint.control.cluster;

import org.jspecify.annotations.NullMarked;
