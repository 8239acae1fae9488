package dev.waypoint.ir;

import java.time.Duration;

/**
 * How clients stick to an endpoint.
 *
 * @param carrier what carries the session
 * @param name the cookie's or header's name
 * @param absoluteTimeout the longest life of a session; zero for no bound
 * @param permanent whether a cookie outlives the browser's session
 * @param path the cookie's path
 */
public record PersistenceIr(Carrier carrier, String name, Duration absoluteTimeout, boolean permanent, String path) {

    /** What carries a session. */
    public enum Carrier {
        COOKIE,
        HEADER
    }
}
