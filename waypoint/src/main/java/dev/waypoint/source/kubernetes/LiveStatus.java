package dev.waypoint.source.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The status that an object has in the cluster.
 *
 * @param path where the object is, for writing
 * @param apiVersion the version in which it is read
 * @param uid its identity
 * @param resourceVersion changes with every change of the object, for writing only what was read
 * @param status the content; a missing node if there is none
 */
public record LiveStatus(String path, String apiVersion, String uid, String resourceVersion, JsonNode status) {

    /** The newer one of two: answers to writes and events of changes overtake each other. */
    LiveStatus newer(LiveStatus other) {
        return uid.equals(other.uid()) && isOlder(other.resourceVersion(), resourceVersion) ? this : other;
    }

    /** Whether a resource version came before another one of the same kind of objects. */
    public static boolean isOlder(String one, String other) {
        // Numbers without a sign, of any length.
        return one.length() != other.length() ? one.length() < other.length() : one.compareTo(other) < 0;
    }

    /** The same object with another status. */
    public LiveStatus with(String newVersion, JsonNode newStatus) {
        return new LiveStatus(path, apiVersion, uid, newVersion, newStatus);
    }
}
