package dev.waypoint.filters.ratelimit;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filters.ratelimit.RateLimit.Headers;
import dev.waypoint.ratelimit.Decision;
import dev.waypoint.ratelimit.DraftHeaders;
import dev.waypoint.ratelimit.RetryAfter;
import dev.waypoint.ratelimit.Verdict;
import dev.waypoint.ratelimit.XRateLimitHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/** Tells clients about the limits whose objects want it. */
final class LimitHeaders {

    private static final AsciiString POLICY = HttpHeaderNames.of(DraftHeaders.POLICY);
    private static final AsciiString RATE_LIMIT = HttpHeaderNames.of(DraftHeaders.RATE_LIMIT);
    private static final AsciiString X_LIMIT = HttpHeaderNames.of(XRateLimitHeaders.LIMIT);
    private static final AsciiString X_REMAINING = HttpHeaderNames.of(XRateLimitHeaders.REMAINING);
    private static final AsciiString X_RESET = HttpHeaderNames.of(XRateLimitHeaders.RESET);

    private final AskedLimit[] limits;
    private final boolean draft;
    private final boolean x;

    LimitHeaders(AskedLimit[] limits) {
        this.limits = limits;
        this.draft = wants(limits, Headers.DRAFT);
        this.x = wants(limits, Headers.X_RATE_LIMIT);
    }

    private static boolean wants(AskedLimit[] limits, Headers form) {
        for (AskedLimit limit : limits) {
            if (limit.headers == form) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is anything to tell about admitted requests. */
    boolean any() {
        return draft || x;
    }

    void tell(Decision decision, HttpHeadersBuilder headers) {
        if (draft) {
            Decision shown = only(Headers.DRAFT, decision);
            DraftHeaders.policy(shown.verdicts().stream().map(Verdict::limit).toList())
                    .ifPresent(value -> headers.set(POLICY, value));
            DraftHeaders.rateLimit(shown).ifPresent(value -> headers.set(RATE_LIMIT, value));
        }
        if (x) {
            XRateLimitHeaders.of(only(Headers.X_RATE_LIMIT, decision)).ifPresent(values -> {
                headers.set(X_LIMIT, values.limit());
                headers.set(X_REMAINING, values.remaining());
                headers.set(X_RESET, values.reset());
            });
        }
    }

    /** Adds {@code retry-after} if one of the limits that refused may say so. */
    void tellRetry(Decision.Limited refused, HttpHeadersBuilder headers) {
        for (int i = 0; i < limits.length; i++) {
            if (limits[i].retryAfter && refused.verdicts().get(i).outcome().refuses()) {
                RetryAfter.value(refused).ifPresent(value -> headers.set(HttpHeaderNames.RETRY_AFTER, value));
                return;
            }
        }
    }

    /** What limits of one form said; those that were not asked are left out. */
    private Decision only(Headers form, Decision decision) {
        List<Verdict> shown = new ArrayList<>(limits.length);
        for (int i = 0; i < limits.length; i++) {
            Verdict verdict = decision.verdicts().get(i);
            if (limits[i].headers == form && verdict.asked()) {
                shown.add(verdict);
            }
        }
        return new Decision.Admitted(shown);
    }
}
