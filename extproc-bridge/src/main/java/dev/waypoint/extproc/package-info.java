/** The ext-proc filter: joins the state machine and the processor's stream to the filter SPI. */
@NullMarked
package dev.waypoint.extproc;

import org.jspecify.annotations.NullMarked;
