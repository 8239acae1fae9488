package dev.waypoint.config;

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

    /** By kind, namespace, name and group. Written out, since tables of thousands of objects are in this order. */
    @Override
    public int compareTo(ResourceRef other) {
        int order = kind.compareTo(other.kind);
        if (order == 0) {
            order = namespace.compareTo(other.namespace);
        }
        if (order == 0) {
            order = name.compareTo(other.name);
        }
        return order == 0 ? group.compareTo(other.group) : order;
    }

    /** Prints {@code HTTPRoute shop/cart}, the form used in messages everywhere. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + " " + name : kind + " " + namespace + "/" + name;
    }
}
