package dev.waypoint.control;

import java.util.Optional;

/**
 * A connected proxy, as its stream shows it.
 *
 * @param pod the name of its pod, proven by its token
 * @param version the newest version that it has put into force; 0 if none
 * @param problem why it refused a newer one; that is then not in force
 */
public record Replica(String pod, long version, Optional<Problem> problem) {

    /**
     * A refusal.
     *
     * @param version what was refused
     * @param reason the proxy's words
     */
    public record Problem(long version, String reason) {}
}
