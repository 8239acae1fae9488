package dev.waypoint.ratelimit;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Values of the response fields of the IETF draft "RateLimit header fields for HTTP", revision
 * draft-ietf-httpapi-ratelimit-headers-11 (23 May 2026), in the syntax of RFC 9651.
 *
 * <p>Shadow limits do not appear, nor do partition keys ({@code pk}), which would tell a client what it is told apart by.
 */
public final class DraftHeaders {

    /** Field that says what the limits are. */
    public static final String POLICY = "RateLimit-Policy";

    /** Field that says what is left. */
    public static final String RATE_LIMIT = "RateLimit";

    /** Parameter of our own (the draft knows none) for a bucket that does not hold exactly {@code q}. */
    public static final String BURST_PARAMETER = "waypoint-burst";

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private DraftHeaders() {}

    /**
     * The value of {@link #POLICY}: every enforced limit with its quota {@code q} in a window {@code w} of seconds
     * (section 3.1), such as {@code "tenant";q=50;w=1;waypoint-burst=100}. Empty if no limit is enforced.
     *
     * <p>Windows are whole seconds in the draft: a shorter or broken period is given as the rate in the next larger
     * whole window, so 10 in 100 ms is {@code q=100;w=1}.
     */
    public static Optional<String> policy(List<Limit> limits) {
        StringBuilder value = new StringBuilder();
        for (Limit limit : limits) {
            if (limit.enforced()) {
                appendPolicy(value, limit);
            }
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(value.toString());
    }

    /**
     * The value of {@link #RATE_LIMIT}: the tightest limit with {@code r} tokens left and an effective window {@code t}
     * of seconds, rounded up, within which no more than those are to be had (section 4.1). That is the time to the next
     * token, or, if the request was refused, until one like it can be admitted; a {@code Retry-After} is never earlier
     * (section 6). Empty if no enforced limit was asked.
     */
    public static Optional<String> rateLimit(Decision decision) {
        return decision.tightest().map(DraftHeaders::item);
    }

    private static String item(Verdict verdict) {
        StringBuilder value = new StringBuilder();
        appendName(value, verdict.limit().name());
        boolean refused = verdict.outcome().refuses();
        long window = refused ? verdict.retryNanos() : verdict.nextNanos();
        value.append(";r=").append(verdict.remaining()).append(";t=").append(seconds(window));
        return value.toString();
    }

    private static void appendPolicy(StringBuilder value, Limit limit) {
        Rate rate = limit.rate();
        if (!value.isEmpty()) {
            value.append(", ");
        }
        long window = seconds(rate.period().toNanos());
        // 128 bits: 10⁹ requests in a window of a year of nanoseconds.
        long quota = BigInteger.valueOf(rate.requests())
                .multiply(BigInteger.valueOf(window * NANOS_PER_SECOND))
                .divide(BigInteger.valueOf(rate.period().toNanos()))
                .longValueExact();
        appendName(value, limit.name());
        value.append(";q=").append(quota).append(";w=").append(window);
        if (rate.burst() != quota) {
            value.append(';').append(BURST_PARAMETER).append('=').append(rate.burst());
        }
    }

    /** A String of RFC 9651, section 3.3.3; names hold printable ASCII only, so just two characters need an escape. */
    private static void appendName(StringBuilder value, String name) {
        value.append('"');
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '"' || c == '\\') {
                value.append('\\');
            }
            value.append(c);
        }
        value.append('"');
    }

    /** Whole seconds, rounded up. */
    static long seconds(long nanos) {
        return Math.ceilDiv(nanos, NANOS_PER_SECOND);
    }
}
