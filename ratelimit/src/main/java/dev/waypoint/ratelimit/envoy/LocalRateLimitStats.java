package dev.waypoint.ratelimit.envoy;

/**
 * Envoy's counters {@code <stat_prefix>.http_local_rate_limit.*}.
 *
 * @param enabled requests for which the filter ran
 * @param ok those that were allowed
 * @param rateLimited those that were not, or would not have been
 * @param enforced those that were refused
 * @param shadowMode those that only a shadow descriptor would have refused
 */
public record LocalRateLimitStats(long enabled, long ok, long rateLimited, long enforced, long shadowMode) {}
