/** The filter {@code rate-limit}: which requests are limited, by what key, and what clients are told. */
@NullMarked
package dev.waypoint.filters.ratelimit;

import org.jspecify.annotations.NullMarked;
