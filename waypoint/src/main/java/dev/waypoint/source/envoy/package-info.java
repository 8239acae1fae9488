/**
 * Envoy's static configuration as a source: reads a bootstrap into the same routing records that the Gateway API is translated
 * into. What is not understood is named with its path.
 */
@NullMarked
package dev.waypoint.source.envoy;

import org.jspecify.annotations.NullMarked;
