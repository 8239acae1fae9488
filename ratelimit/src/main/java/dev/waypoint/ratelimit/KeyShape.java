package dev.waypoint.ratelimit;

import java.util.List;

/**
 * What a limit's keys are made of, in order: the labels are for people (explain, admin) and tell whether two limits
 * count the same thing. No parts: one bucket for all requests.
 *
 * @param parts 0 to 4 labels such as {@code client-address/64} or {@code header x-tenant}
 */
public record KeyShape(List<String> parts) {

    /** The shape of a limit with a single bucket. */
    public static final KeyShape NONE = new KeyShape(List.of());

    /** @throws IllegalArgumentException for more than four parts or an empty label */
    public KeyShape {
        parts = List.copyOf(parts);
        Require.between("number of key parts", parts.size(), 0, LimitKey.MAX_PARTS);
        parts.forEach(part -> Require.name("key part", part));
    }

    /** A shape of the given parts. */
    public static KeyShape of(String... parts) {
        return new KeyShape(List.of(parts));
    }
}
