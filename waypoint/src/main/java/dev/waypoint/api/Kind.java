package dev.waypoint.api;

import dev.waypoint.config.ResourceRef;
import java.util.List;

/**
 * A kind of object that is understood.
 *
 * @param group the API group, empty for the core group
 * @param name the kind's name in documents
 * @param versions the accepted versions, the preferred one first; all are read alike
 * @param scope where objects live
 * @param layout which part of a document the record is read from
 * @param type the record
 */
public record Kind<T extends Record>(
        String group, String name, List<String> versions, Scope scope, Layout layout, Class<T> type) {

    public Kind {
        versions = List.copyOf(versions);
    }

    /** Where objects live. */
    public enum Scope {
        CLUSTER,
        NAMESPACED
    }

    /** Which part of a document the record is read from. */
    public enum Layout {
        /** The field {@code spec}. */
        SPEC,
        /** The document itself, without {@code apiVersion}, {@code kind}, {@code metadata} and {@code status}. */
        DOCUMENT,
        /** The field {@code status}, for objects that nobody writes but the cluster. */
        STATUS
    }

    /** Names an object of this kind; the namespace is dropped for cluster-scoped kinds. */
    public ResourceRef ref(String namespace, String objectName) {
        return new ResourceRef(group, name, scope == Scope.CLUSTER ? "" : namespace, objectName);
    }

    /** The {@code apiVersion} that is preferred. */
    public String apiVersion() {
        return group.isEmpty() ? versions.getFirst() : group + "/" + versions.getFirst();
    }

    /** Cheap on purpose: kinds are keys wherever objects are looked up. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Prints the kind's name. */
    @Override
    public String toString() {
        return name;
    }
}
