package dev.waypoint.control.stream;

import java.io.IOException;
import java.util.Optional;

/** Tells whose token it is that a proxy shows. */
@FunctionalInterface
public interface TokenReviewer {

    /**
     * Judges a token; may block.
     *
     * @return whose it is; empty if it is not valid for this audience
     * @throws IOException if nobody can tell now
     */
    Optional<ProxyIdentity> review(String token) throws IOException;
}
