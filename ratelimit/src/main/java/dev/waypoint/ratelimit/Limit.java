package dev.waypoint.ratelimit;

/**
 * One limit as configured.
 *
 * @param name shown in headers, metrics and explain; 1 to 253 printable ASCII characters
 * @param rate refill and size of each bucket
 * @param keys what distinguishes buckets
 * @param maxKeys most buckets held at a time, 1 to 1 000 000; beyond it the bucket that has least to remember is dropped
 * @param cost tokens that one request takes, 1 to {@code rate.burst()}
 * @param mode whether a refusal counts
 * @param scope whether the rate is meant for each replica or for all together
 */
public record Limit(String name, Rate rate, KeyShape keys, int maxKeys, long cost, Mode mode, Scope scope) {

    /** Buckets held when nothing is said. */
    public static final int DEFAULT_MAX_KEYS = 10_000;

    /** Largest permitted {@code maxKeys}. */
    public static final int MOST_KEYS = 1_000_000;

    /** What a refusal by this limit means. */
    public enum Mode {
        /** The request is refused. */
        ENFORCE,
        /** The request goes on; the refusal is counted. */
        SHADOW
    }

    /** What the rate is the rate of. */
    public sealed interface Scope {
        Scope REPLICA = new Replica();
        Scope DIVIDED = new Divided();

        /** Each replica has the whole rate. */
        record Replica() implements Scope {}

        /** Each of n replicas has an n-th of the rate and of the burst. */
        record Divided() implements Scope {}

        /**
         * All replicas share one bucket in a store.
         *
         * @param whenAway what happens while the store cannot be reached
         * @param prefetch most tokens that a replica takes from the store before it has a request for them, 0 to 1 000 000 000
         */
        record Global(WhenAway whenAway, long prefetch) implements Scope {
            public Global {
                Require.between("prefetch", prefetch, 0, Rate.MAX_TOKENS);
            }
        }
    }

    /** What requests meet that need the store of a global limit while it cannot be reached. */
    public enum WhenAway {
        /** They are refused. */
        CLOSED,
        /** They pass. */
        OPEN,
        /** Each of n replicas admits an n-th, as with {@link Scope#DIVIDED}. */
        LOCAL
    }

    /** @throws IllegalArgumentException naming the field, the value and what was expected */
    public Limit {
        Require.name("name of the limit", name);
        Require.between("maxKeys of limit " + name, maxKeys, 1, MOST_KEYS);
        Require.between("cost of limit " + name, cost, 1, rate.burst());
    }

    /** An enforced limit with one bucket for all requests of this replica. */
    public static Limit of(String name, Rate rate) {
        return new Limit(name, rate, KeyShape.NONE, DEFAULT_MAX_KEYS, 1, Mode.ENFORCE, Scope.REPLICA);
    }

    public Limit withRate(Rate newRate) {
        return new Limit(name, newRate, keys, maxKeys, cost, mode, scope);
    }

    public Limit withKeys(KeyShape newKeys) {
        return new Limit(name, rate, newKeys, maxKeys, cost, mode, scope);
    }

    public Limit withMaxKeys(int newMaxKeys) {
        return new Limit(name, rate, keys, newMaxKeys, cost, mode, scope);
    }

    public Limit withCost(long newCost) {
        return new Limit(name, rate, keys, maxKeys, newCost, mode, scope);
    }

    public Limit withMode(Mode newMode) {
        return new Limit(name, rate, keys, maxKeys, cost, newMode, scope);
    }

    public Limit withScope(Scope newScope) {
        return new Limit(name, rate, keys, maxKeys, cost, mode, newScope);
    }

    /** Whether the tokens are in a store that replicas share. */
    public boolean global() {
        return scope instanceof Scope.Global;
    }

    /** Whether a refusal by this limit refuses the request. */
    public boolean enforced() {
        return mode == Mode.ENFORCE;
    }
}
