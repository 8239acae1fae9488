/** Where the tokens of global limits are: a Redis or Valkey server that all replicas share. */
@NullMarked
package dev.waypoint.filters.ratelimit.store;

import org.jspecify.annotations.NullMarked;
