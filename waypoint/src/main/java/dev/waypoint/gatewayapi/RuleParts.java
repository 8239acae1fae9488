package dev.waypoint.gatewayapi;

import dev.waypoint.api.HttpRoute;
import dev.waypoint.api.SessionPersistence;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.PersistenceIr;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.ir.RetryIr.Condition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Retries and session persistence of rules. */
final class RuleParts {

    /** How much of a body is kept for a retry where nobody says more. */
    static final int MAX_RETRY_BODY_BYTES = 64 * 1024;

    /** What may be the name of a cookie or header (RFC 9110, section 5.6.2). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

    /** What may be the path of a cookie (RFC 6265, section 4.1.1). */
    private static final Pattern COOKIE_PATH = Pattern.compile("/[\\x20-\\x3A\\x3C-\\x7E]*");

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
                wanted.sessionName()
                        .filter(name -> TOKEN.matcher(name).matches())
                        .orElseGet(() -> (cookie ? "session-" : "x-session-") + shortHash(rule)),
                wanted.absoluteTimeout().orElse(Duration.ZERO),
                permanent,
                COOKIE_PATH.matcher(path).matches() ? path : "/");
    }

    /** The parts of session persistence that come to nothing. */
    static List<Problem> problems(SessionPersistence wanted, ActionIr action, String path) {
        List<Problem> problems = new ArrayList<>();
        boolean permanent = wanted.cookieConfig()
                .filter(config -> config.lifetimeType() == SessionPersistence.Lifetime.PERMANENT)
                .isPresent();
        if (!(action instanceof ActionIr.Forward) && !(action instanceof ActionIr.Broken)) {
            problems.add(ignored(path, "", "has no effect: the rule forwards nothing"));
        }
        if (permanent && wanted.absoluteTimeout().orElse(Duration.ZERO).isZero()) {
            problems.add(ignored(
                    path + ".absoluteTimeout",
                    "",
                    "required by lifetimeType Permanent; the cookie ends with the browser's session"));
        }
        if (wanted.type() == SessionPersistence.Carrier.HEADER
                && wanted.cookieConfig().isPresent()) {
            problems.add(ignored(path + ".cookieConfig", "", "has no effect for type Header"));
        }
        wanted.sessionName()
                .filter(name -> !TOKEN.matcher(name).matches())
                .ifPresent(name -> problems.add(ignored(
                        path + ".sessionName",
                        name,
                        "expected 1 to 128 letters, digits and !#$%&'*+-.^_`|~; a name made of the rule's is used")));
        return problems;
    }

    private static Problem ignored(String path, String value, String message) {
        return new Problem(Reasons.UNSUPPORTED_VALUE, path, value, message);
    }

    private static String shortHash(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
