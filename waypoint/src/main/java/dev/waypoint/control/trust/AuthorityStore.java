package dev.waypoint.control.trust;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Where the controller's authorities are kept, shared by all its replicas. */
public interface AuthorityStore {

    /**
     * What is kept.
     *
     * @param data the values by their names
     * @param version changes with each change
     */
    record Stored(Map<String, String> data, String version) {}

    /**
     * Reads it; empty if there is nothing yet.
     *
     * @throws IOException if it cannot be read now
     */
    Optional<Stored> load() throws IOException;

    /**
     * Replaces it.
     *
     * @param expected the version that is replaced; empty if there must be none
     * @return whether it was; else somebody else was faster
     * @throws IOException if it cannot be written now
     */
    boolean save(Map<String, String> data, Optional<String> expected) throws IOException;
}
