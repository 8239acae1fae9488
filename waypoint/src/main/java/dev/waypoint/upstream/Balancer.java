package dev.waypoint.upstream;

import dev.waypoint.ir.BackendSettingsIr.BalancingIr;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Chooses one of the endpoints that may take a request. Each kind is safe for use by many threads. */
public sealed interface Balancer {

    /**
     * Chooses.
     *
     * @param candidates at least one endpoint, all of which may take the request
     * @param hash the hash of the request's key, for consistent hashing; ignored by others
     */
    Endpoint choose(List<Endpoint> candidates, long hash);

    /** The balancer that configuration asks for. */
    static Balancer of(BalancingIr balancing) {
        return switch (balancing) {
            case BalancingIr.LeastRequest least -> new LeastRequest();
            case BalancingIr.RoundRobin robin -> new RoundRobin();
            case BalancingIr.Random random -> new RandomChoice();
            case BalancingIr.ConsistentHash hash -> new ConsistentHash();
        };
    }

    /** The less loaded of two that were chosen at random; load is counted in proportion to weight. */
    record LeastRequest() implements Balancer {
        @Override
        public Endpoint choose(List<Endpoint> candidates, long hash) {
            int size = candidates.size();
            if (size == 1) {
                return candidates.getFirst();
            }
            ThreadLocalRandom random = ThreadLocalRandom.current();
            int first = random.nextInt(size);
            int second = random.nextInt(size - 1);
            Endpoint one = candidates.get(first);
            Endpoint two = candidates.get(second < first ? second : second + 1);
            long loadOfOne = (one.active() + 1L) * two.ir().weight();
            long loadOfTwo = (two.active() + 1L) * one.ir().weight();
            return loadOfTwo < loadOfOne ? two : one;
        }
    }

    /** In turn; an endpoint of weight 3 gets three turns. */
    record RoundRobin(AtomicInteger next) implements Balancer {
        RoundRobin() {
            this(new AtomicInteger(ThreadLocalRandom.current().nextInt(1 << 16)));
        }

        @Override
        public Endpoint choose(List<Endpoint> candidates, long hash) {
            int turn = next.getAndIncrement() & Integer.MAX_VALUE;
            return byWeight(candidates, turn % totalWeight(candidates));
        }
    }

    /** At random, by weight. */
    record RandomChoice() implements Balancer {
        @Override
        public Endpoint choose(List<Endpoint> candidates, long hash) {
            return byWeight(candidates, ThreadLocalRandom.current().nextInt(totalWeight(candidates)));
        }
    }

    /**
     * The endpoint that scores highest for the key (rendezvous hashing, Thaler and Ravishankar 1998): when an endpoint goes, only
     * its own keys move. Weighted by the logarithm method.
     */
    record ConsistentHash() implements Balancer {
        @Override
        public Endpoint choose(List<Endpoint> candidates, long hash) {
            Optional<Endpoint> best = Optional.empty();
            double highest = Double.NEGATIVE_INFINITY;
            for (Endpoint candidate : candidates) {
                double score = score(hash, candidate);
                if (score > highest) {
                    highest = score;
                    best = Optional.of(candidate);
                }
            }
            return best.orElseThrow();
        }

        private static double score(long key, Endpoint endpoint) {
            long mixed = Hashing.mix(key ^ Hashing.of(endpoint.address()));
            double unit = ((mixed >>> 11) + 1) * 0x1.0p-53;
            return -endpoint.ir().weight() / Math.log(unit);
        }
    }

    private static int totalWeight(List<Endpoint> candidates) {
        int total = 0;
        for (int i = 0; i < candidates.size(); i++) {
            total += candidates.get(i).ir().weight();
        }
        return total;
    }

    private static Endpoint byWeight(List<Endpoint> candidates, int point) {
        int left = point;
        for (int i = 0; i < candidates.size(); i++) {
            left -= candidates.get(i).ir().weight();
            if (left < 0) {
                return candidates.get(i);
            }
        }
        return candidates.getLast();
    }
}
