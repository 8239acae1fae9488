package dev.waypoint.source.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The status that an object has in the cluster, with what else is ours to write beside its specification.
 *
 * @param object which object, as it was when it was read
 * @param finalizers what has to be done before the object may go
 * @param status the content; a missing node if there is none
 */
public record LiveStatus(Version object, List<String> finalizers, JsonNode status) {

    public LiveStatus {
        finalizers = List.copyOf(finalizers);
    }

    /**
     * An object at one moment.
     *
     * @param path where the object is, for writing
     * @param apiVersion the version in which it is read
     * @param uid its identity
     * @param resourceVersion changes with every change of the object, for writing only what was read
     */
    public record Version(String path, String apiVersion, String uid, String resourceVersion) {}

    /** Where the object is, for writing. */
    public String path() {
        return object.path();
    }

    /** The version in which the object is read. */
    public String apiVersion() {
        return object.apiVersion();
    }

    /** The object's identity. */
    public String uid() {
        return object.uid();
    }

    /** Changes with every change of the object. */
    public String resourceVersion() {
        return object.resourceVersion();
    }

    /** The newer one of two: answers to writes and events of changes overtake each other. */
    LiveStatus newer(LiveStatus other) {
        return uid().equals(other.uid()) && isOlder(other.resourceVersion(), resourceVersion()) ? this : other;
    }

    /** Whether a resource version came before another one of the same kind of objects. */
    public static boolean isOlder(String one, String other) {
        // Numbers without a sign, of any length.
        return one.length() != other.length() ? one.length() < other.length() : one.compareTo(other) < 0;
    }

    /** The same object with another status. */
    public LiveStatus with(String newVersion, JsonNode newStatus) {
        return new LiveStatus(new Version(path(), apiVersion(), uid(), newVersion), finalizers, newStatus);
    }
}
