package dev.waypoint.ratelimit.envoy;

import java.util.List;

/**
 * What one rule of {@code rate_limits} made of a request.
 *
 * @param entries in the order of the rule's actions
 * @param hits cost
 * @param headers what the rule says about {@code x-ratelimit-*} response headers
 */
public record RequestDescriptor(List<DescriptorEntry> entries, Hits hits, HeaderOption headers) {

    /** Envoy's {@code x_ratelimit_option} of a rule. */
    public enum HeaderOption {
        /** As the filter is configured. */
        UNSPECIFIED,
        OFF,
        DRAFT_VERSION_03
    }

    public RequestDescriptor {
        entries = List.copyOf(entries);
    }
}
