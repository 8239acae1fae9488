/** Tests of the filter with real gRPC servers. */
@NullMarked
package dev.waypoint.extproc;

import org.jspecify.annotations.NullMarked;
