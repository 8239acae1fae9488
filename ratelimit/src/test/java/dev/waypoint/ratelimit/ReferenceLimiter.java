package dev.waypoint.ratelimit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The semantics once more, slow and plain: one thread, exact fractions, no bound on keys, no shortcuts. Tokens are counted
 * in units of 1/(period in ns), so a nanosecond brings {@code requests} units.
 */
final class ReferenceLimiter {

    private final List<Limit> limits;
    private final List<Map<Subject, BigInteger>> levels = new ArrayList<>();
    private final List<Map<Subject, Long>> seen = new ArrayList<>();
    private long now;
    private int replicas = 1;

    ReferenceLimiter(List<Limit> limits) {
        this.limits = limits;
        for (int i = 0; i < limits.size(); i++) {
            levels.add(new HashMap<>());
            seen.add(new HashMap<>());
        }
    }

    /** Time as the source says it; a step back is no time at all. */
    void pass(long nanos) {
        now += Math.max(0, nanos);
    }

    void replicas(int count) {
        replicas = count;
    }

    /** The verdicts, and whether the request is admitted, as text that compares well. */
    String decide(List<Subject> subjects) {
        boolean admitted = true;
        List<Boolean> pays = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            boolean ok = switch (subjects.get(i)) {
                case LimitKey key -> level(i, key).compareTo(units(i, needed(i))) >= 0;
                case Subject.Absent absent -> absent == Subject.Absent.SKIP;
            };
            pays.add(ok);
            admitted &= ok || !limits.get(i).enforced();
        }
        StringBuilder text = new StringBuilder(admitted ? "admitted" : "limited");
        for (int i = 0; i < limits.size(); i++) {
            if (subjects.get(i) instanceof LimitKey key && admitted && pays.get(i)) {
                levels.get(i).put(key, level(i, key).subtract(units(i, charge(i))));
            }
            text.append(' ').append(verdict(i, subjects.get(i), pays.get(i)));
        }
        return text.toString();
    }

    private String verdict(int i, Subject subject, boolean pays) {
        if (!(subject instanceof LimitKey key)) {
            return pays ? "SKIPPED" : refusal(i) + ":0:0:0:0";
        }
        long unit = charge(i) / limits.get(i).cost();
        BigInteger tokens = level(i, key).max(BigInteger.ZERO).divide(period(i));
        long remaining = tokens.longValueExact() / unit;
        if (tokens.longValueExact() >= needed(i)) {
            remaining = Math.max(limits.get(i).cost(), remaining);
        }
        long burst = limits.get(i).rate().burst();
        return (pays ? "PASSED" : refusal(i))
                + ":" + remaining
                + ":" + wait(i, key, Math.min(burst, (remaining + 1) * unit))
                + ":" + wait(i, key, burst)
                + ":" + wait(i, key, needed(i));
    }

    private String refusal(int i) {
        return limits.get(i).enforced() ? "LIMITED" : "SHADOW_LIMITED";
    }

    private long wait(int i, LimitKey key, long tokens) {
        BigInteger missing = units(i, tokens).subtract(level(i, key)).max(BigInteger.ZERO);
        BigInteger requests = BigInteger.valueOf(limits.get(i).rate().requests());
        return missing.add(requests).subtract(BigInteger.ONE).divide(requests).longValueExact();
    }

    private BigInteger level(int i, LimitKey key) {
        Rate rate = limits.get(i).rate();
        BigInteger full = units(i, rate.burst());
        BigInteger before = levels.get(i).getOrDefault(key, full);
        long since = now - seen.get(i).getOrDefault(key, now);
        BigInteger level = before.add(BigInteger.valueOf(since).multiply(BigInteger.valueOf(rate.requests())))
                .min(full);
        levels.get(i).put(key, level);
        seen.get(i).put(key, now);
        return level;
    }

    private long charge(int i) {
        Limit limit = limits.get(i);
        return limit.scope() instanceof Limit.Scope.Divided ? limit.cost() * replicas : limit.cost();
    }

    private long needed(int i) {
        return Math.min(charge(i), limits.get(i).rate().burst());
    }

    private BigInteger period(int i) {
        return BigInteger.valueOf(limits.get(i).rate().period().toNanos());
    }

    private BigInteger units(int i, long tokens) {
        return BigInteger.valueOf(tokens).multiply(period(i));
    }
}
