package dev.waypoint.source;

import dev.waypoint.api.Kind;
import dev.waypoint.api.ObjectMeta;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.config.SourcePosition;
import java.util.Comparator;
import java.util.Optional;

/**
 * One object.
 *
 * @param kind its kind
 * @param meta its metadata; the namespace is filled in
 * @param spec what the user wants
 * @param position where it was written, if it came from a file
 */
public record Resource<T extends Record>(Kind<T> kind, ObjectMeta meta, T spec, Optional<SourcePosition> position) {

    /** Older first, then by namespace and name: the order in which the Gateway API resolves conflicts. */
    public static final Comparator<Resource<?>> BY_AGE = Resource::compareAge;

    private static int compareAge(Resource<?> one, Resource<?> other) {
        int order = one.meta().compareAge(other.meta());
        if (order == 0) {
            order = one.namespace().compareTo(other.namespace());
        }
        return order == 0 ? one.name().compareTo(other.name()) : order;
    }

    /** Its name. */
    public ResourceRef ref() {
        return kind.ref(meta.namespace(), meta.name());
    }

    /** The namespace; empty for cluster-scoped objects. */
    public String namespace() {
        return meta.namespace();
    }

    /** The name in the namespace. */
    public String name() {
        return meta.name();
    }
}
