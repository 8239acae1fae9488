/** Serves processors, and filters of our SPI, as {@code envoy.service.ext_proc.v3.ExternalProcessor}. */
@NullMarked
package dev.waypoint.extproc.server;

import org.jspecify.annotations.NullMarked;
