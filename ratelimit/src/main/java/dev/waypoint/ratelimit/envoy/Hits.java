package dev.waypoint.ratelimit.envoy;

/**
 * Envoy's {@code hits_addend}: what a request costs each bucket that its descriptor matches.
 *
 * @param count 0 to 1 000 000 000; zero is refused like a request that the bucket cannot pay
 * @param negative whether the tokens are given back instead, which is never refused
 */
public record Hits(long count, boolean negative) {

    /** What a request costs when nothing is said. */
    public static final Hits ONE = new Hits(1, false);

    /** The largest permitted count; a larger computed one means that the request has no such descriptor. */
    public static final long MOST = 1_000_000_000L;

    /** @throws IllegalArgumentException if the count is out of bounds */
    public Hits {
        if (count < 0 || count > MOST) {
            throw new IllegalArgumentException("hits_addend is " + count + ", expected 0 to " + MOST);
        }
    }
}
