package dev.waypoint.config;

import java.util.Comparator;

/**
 * Names one configuration object. Every decision carries the reference of the object that caused it, so that replies, logs,
 * metrics and {@code explain} can name it.
 *
 * @param group the API group, empty for the core group
 * @param kind the kind, such as {@code HTTPRoute}
 * @param namespace the namespace, empty for cluster-scoped objects
 * @param name the name
 */
public record ResourceRef(String group, String kind, String namespace, String name) implements Comparable<ResourceRef> {

    private static final Comparator<ResourceRef> ORDER = Comparator.comparing(ResourceRef::kind)
            .thenComparing(ResourceRef::namespace)
            .thenComparing(ResourceRef::name)
            .thenComparing(ResourceRef::group);

    @Override
    public int compareTo(ResourceRef other) {
        return ORDER.compare(this, other);
    }

    /** Prints {@code HTTPRoute shop/cart}, the form used in messages everywhere. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + " " + name : kind + " " + namespace + "/" + name;
    }
}
