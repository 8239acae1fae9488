/** What a Gateway needs to run: Deployment, Service and what belongs to them, kept as they should be. */
@NullMarked
package dev.waypoint.control.provision;

import org.jspecify.annotations.NullMarked;
