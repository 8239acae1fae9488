package dev.waypoint.ratelimit;

/**
 * How one key uses a limit, for people to look at.
 *
 * @param key the key
 * @param used tokens missing from the bucket now; above {@code burst} while a divided share is paid off
 * @param burst size of the bucket
 * @param admitted requests that took tokens since the bucket was made
 * @param limited requests refused by this bucket (or that would have been, for a shadow limit) since it was made
 */
public record KeyUse(LimitKey key, long used, long burst, long admitted, long limited) {}
