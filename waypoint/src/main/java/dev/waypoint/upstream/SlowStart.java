package dev.waypoint.upstream;

import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Lets the share of a new endpoint grow with its age, over a window, so that cold caches and compilers are not flooded. A new endpoint that was
 * chosen is kept with a probability that is its age's part of the window, at least a tenth; else the choice is made anew, once.
 *
 * @param window how long an endpoint is new; zero for not at all
 * @param nanoTime the clock of {@link System#nanoTime}
 * @param random numbers from 0 to 1
 */
record SlowStart(Duration window, LongSupplier nanoTime, DoubleSupplier random) {

    private static final double LEAST = 0.1;

    /** Chooses by the balancer, with new endpoints less often. */
    Endpoint choose(Balancer balancer, List<Endpoint> candidates, long hash) {
        Endpoint chosen = balancer.choose(candidates, hash);
        if (window.isZero() || candidates.size() == 1 || balancer instanceof Balancer.ConsistentHash) {
            return chosen;
        }
        double share = share(chosen);
        return share >= 1 || random.getAsDouble() < share ? chosen : balancer.choose(candidates, hash);
    }

    private double share(Endpoint endpoint) {
        long age = nanoTime.getAsLong() - endpoint.sinceNanos();
        return Math.max(LEAST, (double) age / window.toNanos());
    }
}
