package dev.waypoint.gatewayapi;

import dev.waypoint.api.HttpRoute;
import dev.waypoint.api.SessionPersistence;
import dev.waypoint.ir.PersistenceIr;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.ir.RetryIr.Condition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.zip.CRC32;

/** Retries and session persistence of rules. */
final class RuleParts {

    /** How much of a body is kept for a retry where nobody says more. */
    static final int MAX_RETRY_BODY_BYTES = 64 * 1024;

    private static final Duration DEFAULT_BACKOFF = Duration.ofMillis(25);
    private static final int MAX_BACKOFF_FACTOR = 10;

    private RuleParts() {}

    /**
     * Retries as the route asks. Whoever asks for retries also gets them for failed connections and attempts that take too long
     * (GEP-1731).
     */
    static RetryIr retry(HttpRoute.Retry retry) {
        Duration backoff = retry.backoff().orElse(DEFAULT_BACKOFF);
        return new RetryIr(
                retry.attempts().orElse(1),
                Set.copyOf(retry.codes()),
                Set.of(),
                Set.of(Condition.CONNECT_FAILURE, Condition.REFUSED, Condition.RESET, Condition.ATTEMPT_TIMEOUT),
                backoff,
                backoff.multipliedBy(MAX_BACKOFF_FACTOR),
                MAX_RETRY_BODY_BYTES);
    }

    /**
     * Session persistence as the rule asks.
     *
     * @param rule tells rules apart, whose sessions are never shared
     * @param path the cookie's path
     */
    static PersistenceIr persistence(SessionPersistence wanted, String rule, String path) {
        boolean cookie = wanted.type() == SessionPersistence.Carrier.COOKIE;
        boolean permanent = wanted.cookieConfig()
                .filter(config -> config.lifetimeType() == SessionPersistence.Lifetime.PERMANENT)
                .isPresent();
        return new PersistenceIr(
                cookie ? PersistenceIr.Carrier.COOKIE : PersistenceIr.Carrier.HEADER,
                wanted.sessionName().orElseGet(() -> (cookie ? "session-" : "x-session-") + shortHash(rule)),
                wanted.absoluteTimeout().orElse(Duration.ZERO),
                permanent,
                path);
    }

    private static String shortHash(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
