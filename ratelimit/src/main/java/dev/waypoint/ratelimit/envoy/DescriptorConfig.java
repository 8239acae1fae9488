package dev.waypoint.ratelimit.envoy;

import java.util.List;

/**
 * Envoy's {@code LocalRateLimitDescriptor}: a bucket for requests with exactly these entries in this order. With an empty
 * value it is a wildcard, and each combination of values that comes along has a bucket of its own.
 *
 * @param entries at least one
 * @param bucket the size of the bucket
 * @param shadow whether its refusals are counted only
 */
public record DescriptorConfig(List<DescriptorEntry> entries, TokenBucketConfig bucket, boolean shadow) {

    /** @throws IllegalArgumentException without entries */
    public DescriptorConfig {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("descriptor has no entries, expected at least one");
        }
    }

    boolean wildcard() {
        return entries.stream().anyMatch(entry -> entry.value().isEmpty());
    }

    /** Whether a request's entries are these, with empty values here standing for any. */
    boolean matches(List<DescriptorEntry> request) {
        if (request.size() != entries.size()) {
            return false;
        }
        for (int i = 0; i < entries.size(); i++) {
            DescriptorEntry mine = entries.get(i);
            boolean value =
                    mine.value().isEmpty() || mine.value().equals(request.get(i).value());
            if (!value || !mine.key().equals(request.get(i).key())) {
                return false;
            }
        }
        return true;
    }
}
