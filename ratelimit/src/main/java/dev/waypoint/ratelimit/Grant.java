package dev.waypoint.ratelimit;

/**
 * What the store of a global limit gave.
 *
 * @param tokens tokens taken there, for use here
 * @param left tokens that are left there
 */
public record Grant(long tokens, long left) {}
