package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import java.time.Duration;

/**
 * What routes take from their listener.
 *
 * @param ref the listener
 * @param tls whether clients use TLS
 * @param idle the stream idle timeout; zero for none
 * @param requestTimeout the bound on the whole request; zero for none
 * @param upgrades whether the connection manager lets upgrades pass
 * @param bufferBytes the most that is held of one message
 */
record ListenerFacts(
        ResourceRef ref, boolean tls, Duration idle, Duration requestTimeout, boolean upgrades, int bufferBytes) {}
