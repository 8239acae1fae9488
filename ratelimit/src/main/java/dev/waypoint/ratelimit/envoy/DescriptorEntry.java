package dev.waypoint.ratelimit.envoy;

/**
 * One pair of a descriptor.
 *
 * @param key at least one character
 * @param value in a configuration, empty stands for any value
 */
public record DescriptorEntry(String key, String value) {

    /** @throws IllegalArgumentException if the key is empty */
    public DescriptorEntry {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("descriptor entry has an empty key, expected at least one character");
        }
    }
}
