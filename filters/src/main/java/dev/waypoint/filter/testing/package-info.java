/** The test kit for filters: drives a filter without sockets, with time and event loop in the hands of the test. */
@NullMarked
package dev.waypoint.filter.testing;

import org.jspecify.annotations.NullMarked;
