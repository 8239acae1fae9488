/** The objects of the Gateway API, of Kubernetes and of Waypoint as users write them: records that configuration is read into. */
@NullMarked
package dev.waypoint.api;

import org.jspecify.annotations.NullMarked;
