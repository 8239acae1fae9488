package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Leases under many threads: requests, orders that arrive late or fail, tokens that go back, all at once. */
@Timeout(60)
class GlobalConcurrencyTest {

    private static final int THREADS = 6;
    private static final int KEYS = 4;
    private static final long BURST = 20_000;

    private final ConcurrentHashMap<LimitKey, Long> store = new ConcurrentHashMap<>();
    private final LongAdder taken = new LongAdder();
    private final LongAdder admitted = new LongAdder();

    private Grant take(LimitKey key, long most) {
        Grant[] grant = new Grant[1];
        store.compute(key, (_, known) -> {
            long there = known == null ? BURST : known;
            long given = Math.min(there, most);
            grant[0] = new Grant(given, there - given);
            return there - given;
        });
        taken.add(grant[0].tokens());
        return grant[0];
    }

    private void giveBack(LimitKey key, long tokens) {
        store.merge(key, tokens, Long::sum);
        taken.add(-tokens);
    }

    /** One replica: a table with a second, local limit, and threads that ask and carry out orders. */
    private final class Replica implements TokenSource {
        final LimitTables tables = new LimitTables(NanoClock.system());
        final LimitTable table;
        final Limiter limiter;
        final ConcurrentLinkedQueue<LimitKey> low = new ConcurrentLinkedQueue<>();

        Replica(long prefetch, int maxKeys) {
            Limit.Scope scope = new Limit.Scope.Global(Limit.WhenAway.CLOSED, prefetch);
            Limit limit = Limit.of("global", Rate.of(BURST, Duration.ofDays(300)))
                    .withMaxKeys(maxKeys)
                    .withScope(scope);
            table = tables.acquire("global", limit);
            table.source(this);
            LimitTable local = tables.acquire("local", Limit.of("local", Rate.of(1_000_000, Duration.ofMillis(1))));
            limiter = tables.limiter(List.of(local, table));
        }

        @Override
        public boolean isAway() {
            return false;
        }

        @Override
        public void runsLow(LimitKey key) {
            low.add(key);
        }

        void order(LimitKey key) {
            long most = table.order(key);
            if (ThreadLocalRandom.current().nextInt(20) == 0) {
                table.failed(key);
            } else {
                table.granted(key, take(key, most));
            }
        }

        void request(LimitKey key) {
            Decision decision = limiter.decide(LimitKey.SHARED, key);
            for (int orders = 0; decision instanceof Decision.Pending && orders < 3; orders++) {
                order(key);
                decision = limiter.decide(
                        orders == 2 ? Decision.Attempt.LAST : Decision.Attempt.FIRST, LimitKey.SHARED, key);
            }
            if (decision instanceof Decision.Admitted) {
                admitted.increment();
            }
            LimitKey waiting = low.poll();
            if (waiting != null) {
                order(waiting);
            }
        }
    }

    @ParameterizedTest(name = "prefetch {0}, {1} keys held")
    @CsvSource({"0, 10", "50, 10", "1000, 10", "50, 2"})
    void whatIsAdmittedWasTakenFromTheStore(long prefetch, int maxKeys) throws Exception {
        List<Replica> replicas = List.of(new Replica(prefetch, maxKeys), new Replica(prefetch, maxKeys));
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Replica replica = replicas.get(t % 2);
            threads.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    replica.request(
                            LimitKey.of("key-" + ThreadLocalRandom.current().nextInt(KEYS)));
                }
            }));
        }
        for (int i = 0; i < 10; i++) {
            Thread.sleep(50);
            replicas.forEach(replica -> replica.table.takeUnused().forEach(this::giveBack));
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(admitted.sum()).isLessThanOrEqualTo(KEYS * BURST).isPositive();
        if (maxKeys >= KEYS) {
            Thread.sleep(Duration.ofNanos(LeasedBucket.HOLD_NANOS).plusMillis(100));
            replicas.forEach(replica -> replica.table.takeUnused().forEach(this::giveBack));
            assertThat(taken.sum()).isEqualTo(admitted.sum());
        } else {
            assertThat(admitted.sum()).as("evicted leases are lost").isLessThanOrEqualTo(taken.sum());
        }
    }
}
