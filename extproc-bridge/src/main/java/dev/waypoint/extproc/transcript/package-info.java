/** Exchanges with processors as files: recorded, kept within bounds, read again and shown. */
@NullMarked
package dev.waypoint.extproc.transcript;

import org.jspecify.annotations.NullMarked;
