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

    /** The same object with another status. */
    public LiveStatus with(String newVersion, JsonNode newStatus) {
        return new LiveStatus(path, apiVersion, uid, newVersion, newStatus);
    }
}
