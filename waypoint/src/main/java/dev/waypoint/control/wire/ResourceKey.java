package dev.waypoint.control.wire;

/**
 * Names one resource of an image.
 *
 * @param kind what it is, such as {@code rule} or {@code endpoints}
 * @param name tells it apart from others of its kind
 */
public record ResourceKey(String kind, String name) {

    /** Prints {@code rule 'HTTPRoute shop/cart/0'}, as errors show it. */
    @Override
    public String toString() {
        return name.isEmpty() ? kind : kind + " '" + name + "'";
    }
}
