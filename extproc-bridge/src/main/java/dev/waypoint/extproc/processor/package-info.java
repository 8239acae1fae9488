/** A plain Java API for external processors: sessions that are called with the parts of a message and answer with typed results. */
@NullMarked
package dev.waypoint.extproc.processor;

import org.jspecify.annotations.NullMarked;
