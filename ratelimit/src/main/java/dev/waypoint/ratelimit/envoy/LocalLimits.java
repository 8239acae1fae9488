package dev.waypoint.ratelimit.envoy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The part of Envoy's {@code LocalRateLimit} message that decides.
 *
 * @param defaultBucket field 3; absent: requests that match no descriptor are not limited
 * @param descriptors field 8
 * @param alwaysConsumeDefault field 14: whether the default bucket is charged for requests that match a descriptor, too
 * @param maxDynamicDescriptors field 18: buckets held for each wildcard descriptor, at least 1
 */
public record LocalLimits(
        Optional<TokenBucketConfig> defaultBucket,
        List<DescriptorConfig> descriptors,
        boolean alwaysConsumeDefault,
        int maxDynamicDescriptors) {

    /** @throws IllegalArgumentException for two descriptors with the same entries, or room for none */
    public LocalLimits {
        descriptors = List.copyOf(descriptors);
        Set<List<DescriptorEntry>> seen = new HashSet<>();
        for (DescriptorConfig descriptor : descriptors) {
            if (!seen.add(descriptor.entries())) {
                throw new IllegalArgumentException(
                        "two descriptors have the entries " + descriptor.entries() + ", expected distinct ones");
            }
        }
        if (maxDynamicDescriptors < 1) {
            throw new IllegalArgumentException(
                    "max_dynamic_descriptors is " + maxDynamicDescriptors + ", expected at least 1");
        }
    }
}
