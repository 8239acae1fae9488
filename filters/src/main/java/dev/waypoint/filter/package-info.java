/**
 * The filter SPI: what a filter is, where it runs and what it may say. The engine knows filters only through this package;
 * built-in filters have no privilege over anybody else's.
 */
@NullMarked
package dev.waypoint.filter;

import org.jspecify.annotations.NullMarked;
