/** Tests that every transport has to pass, and the raw clients and backends that they are made of. */
@NullMarked
package dev.waypoint.transport;

import org.jspecify.annotations.NullMarked;
