package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Name;
import java.time.Duration;
import java.util.Optional;

/** How clients stick to an endpoint. */
public record SessionPersistence(
        Optional<String> sessionName,
        Optional<Duration> absoluteTimeout,
        @Default("\"Cookie\"") Carrier type,
        Optional<CookieConfig> cookieConfig) {

    /** What carries the session. */
    public enum Carrier {
        @Name("Cookie")
        COOKIE,
        @Name("Header")
        HEADER
    }

    /** The cookie. */
    public record CookieConfig(@Default("\"Session\"") Lifetime lifetimeType) {}

    /** How long a cookie lives. */
    public enum Lifetime {
        @Name("Permanent")
        PERMANENT,
        @Name("Session")
        SESSION
    }
}
