package dev.waypoint.ratelimit;

/**
 * Counters of one limit since its table was made.
 *
 * @param admitted requests that took tokens
 * @param limited requests refused by this limit
 * @param shadowLimited requests that this limit would have refused if it were enforced
 * @param keys buckets held now
 * @param evictions buckets dropped for want of room before they were full again: their keys got tokens back too early
 */
public record LimitStats(long admitted, long limited, long shadowLimited, long keys, long evictions) {}
