package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ratelimit.Decision.Attempt;
import dev.waypoint.ratelimit.Limit.WhenAway;
import dev.waypoint.ratelimit.Verdict.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits whose tokens are in a store that replicas share; the store is a table of this module. */
class GlobalLimitTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualClock clock = new ManualClock();

    /** A store: one bucket for each key, in which tokens may be taken as far as there are any. */
    private final class Store {
        final Limit limit;
        final Map<LimitKey, Long> tokens = new HashMap<>();
        boolean away;
        int orders;
        long taken;

        Store(Limit limit) {
            this.limit = limit;
        }

        Grant take(LimitKey key, long most) {
            orders++;
            long there = tokens.getOrDefault(key, limit.rate().burst());
            long given = Math.min(there, most);
            tokens.put(key, there - given);
            taken += given;
            return new Grant(given, there - given);
        }

        void giveBack(LimitKey key, long back) {
            taken -= back;
            tokens.merge(key, back, Long::sum);
        }
    }

    /** One replica with one global limit, whose orders wait until they are carried out. */
    private final class Replica implements TokenSource {
        final Store store;
        final LimitTables tables = new LimitTables(clock);
        final LimitTable table;
        final List<LimitKey> low = new ArrayList<>();
        final Limiter limiter;

        Replica(Store store, LimitTable... others) {
            this.store = store;
            table = tables.acquire("global", store.limit);
            table.source(this);
            List<LimitTable> all = new ArrayList<>(List.of(table));
            all.addAll(List.of(others));
            limiter = tables.limiter(all);
        }

        @Override
        public boolean isAway() {
            return store.away;
        }

        @Override
        public void runsLow(LimitKey key) {
            low.add(key);
        }

        void order(LimitKey key) {
            table.granted(key, store.take(key, table.order(key)));
        }

        /** Decides as the filter does: orders until there is a decision. */
        Decision decide(Subject... subjects) {
            Decision decision = limiter.decide(Attempt.FIRST, subjects);
            for (int orders = 1; decision instanceof Decision.Pending pending; orders++) {
                pending.wants().forEach(want -> order(want.key()));
                decision = limiter.decide(orders == 3 ? Attempt.LAST : Attempt.FIRST, subjects);
            }
            low.forEach(this::order);
            low.clear();
            return decision;
        }

        boolean admits(LimitKey key) {
            return decide(key) instanceof Decision.Admitted;
        }
    }

    private static Limit global(long burst, Duration period, WhenAway whenAway, long prefetch) {
        return Limit.of("global", Rate.of(burst, period)).withScope(new Limit.Scope.Global(whenAway, prefetch));
    }

    @ParameterizedTest(name = "{0} replicas, prefetch {1}")
    @CsvSource({"1, 0", "2, 0", "3, 5", "5, 50", "2, 1000"})
    void replicasTogetherAdmitWhatTheStoreHas(int count, long prefetch) {
        Store store = new Store(global(1000, HOUR, WhenAway.CLOSED, prefetch));
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(new Replica(store));
        }
        Random random = new Random(count);
        int admitted = 0;
        for (int i = 0; i < 3000; i++) {
            admitted += replicas.get(random.nextInt(count)).admits(LimitKey.SHARED) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(1000);
    }

    @Test
    void leasesSaveOrders() {
        Store exact = new Store(global(1000, HOUR, WhenAway.CLOSED, 0));
        Store leasing = new Store(global(1000, HOUR, WhenAway.CLOSED, 100));
        Replica one = new Replica(exact);
        Replica two = new Replica(leasing);
        for (int i = 0; i < 900; i++) {
            assertThat(one.admits(LimitKey.SHARED)).isTrue();
            assertThat(two.admits(LimitKey.SHARED)).isTrue();
        }
        assertThat(exact.orders).isEqualTo(900);
        assertThat(leasing.orders).isBetween(10, 40);
    }

    @Test
    void keysThatAreUsedRarelyTakeNothingInAdvance() {
        Store store = new Store(global(1000, HOUR, WhenAway.CLOSED, 100));
        Replica replica = new Replica(store);
        for (int i = 0; i < 20; i++) {
            assertThat(replica.admits(LimitKey.of("rare"))).isTrue();
            clock.advanceNanos(Duration.ofSeconds(5).toNanos());
        }
        assertThat(store.taken).isEqualTo(20);
    }

    @Test
    void whatNobodyUsesGoesBack() {
        Store store = new Store(global(1000, HOUR, WhenAway.CLOSED, 100));
        Replica replica = new Replica(store);
        for (int i = 0; i < 40; i++) {
            assertThat(replica.admits(LimitKey.SHARED)).isTrue();
        }
        assertThat(store.taken).isGreaterThan(40);
        assertThat(replica.table.takeUnused()).isEmpty();
        clock.advanceNanos(Duration.ofSeconds(1).toNanos());
        replica.table.takeUnused().forEach(store::giveBack);
        assertThat(store.taken).isEqualTo(40);
        assertThat(replica.table.takeUnused()).isEmpty();
    }

    @Test
    void anEmptyStoreIsNotAskedAgainBeforeItHasSomething() {
        Store store = new Store(global(10, Duration.ofSeconds(10), WhenAway.CLOSED, 0));
        Replica replica = new Replica(store);
        for (int i = 0; i < 1000; i++) {
            assertThat(replica.admits(LimitKey.SHARED)).isEqualTo(i < 10);
        }
        assertThat(store.orders).isEqualTo(11);
        Decision.Limited refused = (Decision.Limited) replica.decide(LimitKey.SHARED);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        clock.advanceNanos(Duration.ofSeconds(1).toNanos());
        store.tokens.put(LimitKey.SHARED, 1L);
        assertThat(replica.admits(LimitKey.SHARED)).isTrue();
    }

    /** The others are asked first, and whoever refuses leaves the tokens that wait here to the next request. */
    @Test
    void aRefusalByAnotherLimitTakesNothingAndAsksNoStore() {
        Store store = new Store(global(100, HOUR, WhenAway.CLOSED, 0));
        Replica replica = new Replica(store);
        LimitTable local = replica.tables.acquire("local", Limit.of("local", Rate.of(3, HOUR)));
        Limiter both = replica.tables.limiter(List.of(local, replica.table));
        int admitted = 0;
        for (int i = 0; i < 50; i++) {
            Decision decision = both.decide(LimitKey.SHARED, LimitKey.SHARED);
            while (decision instanceof Decision.Pending) {
                replica.order(LimitKey.SHARED);
                decision = both.decide(LimitKey.SHARED, LimitKey.SHARED);
            }
            admitted += decision instanceof Decision.Admitted ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(3);
        assertThat(store.taken).isEqualTo(3);
        assertThat(local.tokens(LimitKey.SHARED)).hasValue(0);
    }

    @Test
    void whatWasOrderedForARequestThatAnotherLimitRefusesServesTheNext() {
        Store store = new Store(global(100, HOUR, WhenAway.CLOSED, 0));
        Replica replica = new Replica(store);
        LimitTable local = replica.tables.acquire("local", Limit.of("local", Rate.of(1, HOUR)));
        Limiter both = replica.tables.limiter(List.of(local, replica.table));
        Decision pending = both.decide(LimitKey.SHARED, LimitKey.SHARED);
        assertThat(pending).isInstanceOf(Decision.Pending.class);
        assertThat(local.tokens(LimitKey.SHARED)).hasValue(1);
        assertThat(replica.tables.limiter(List.of(local)).decide(LimitKey.SHARED))
                .isInstanceOf(Decision.Admitted.class);
        replica.order(LimitKey.SHARED);
        assertThat(both.decide(LimitKey.SHARED, LimitKey.SHARED)).isInstanceOf(Decision.Limited.class);
        assertThat(replica.limiter.decide(LimitKey.SHARED)).isInstanceOf(Decision.Admitted.class);
        assertThat(store.taken).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}: {1} of 20")
    @CsvSource({"CLOSED, 0", "OPEN, 20", "LOCAL, 3"})
    void whileTheStoreIsAway(WhenAway whenAway, int admitted) {
        Store store = new Store(global(9, HOUR, whenAway, 0));
        Replica replica = new Replica(store);
        replica.tables.replicas(3);
        store.away = true;
        int count = 0;
        for (int i = 0; i < 20; i++) {
            Decision decision = replica.decide(LimitKey.SHARED);
            count += decision instanceof Decision.Admitted ? 1 : 0;
            if (whenAway == WhenAway.CLOSED) {
                assertThat(((Decision.Limited) decision).refusal().outcome()).isEqualTo(Outcome.UNREACHABLE);
            }
        }
        assertThat(count).isEqualTo(admitted);
        assertThat(replica.table.takeWithoutStore()).isEqualTo(admitted);
        store.away = false;
        assertThat(replica.admits(LimitKey.SHARED)).isTrue();
        assertThat(store.taken).isEqualTo(1);
    }

    @Test
    void aLeaseIsSpentWhileTheStoreIsAway() {
        Store store = new Store(global(1000, HOUR, WhenAway.CLOSED, 100));
        Replica replica = new Replica(store);
        for (int i = 0; i < 100; i++) {
            assertThat(replica.admits(LimitKey.SHARED)).isTrue();
        }
        long held = store.taken - 100;
        store.away = true;
        for (int i = 0; i < held; i++) {
            assertThat(replica.admits(LimitKey.SHARED)).isTrue();
        }
        assertThat(replica.admits(LimitKey.SHARED)).isFalse();
    }

    /** Whatever happens in whatever order: what was admitted, what is held and what is in the store are always the whole. */
    @Test
    void noTokenIsSpentTwiceOrLost() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Store store = new Store(global(1 + random.nextInt(300), HOUR, WhenAway.CLOSED, random.nextInt(60)));
            List<Replica> replicas = List.of(new Replica(store), new Replica(store), new Replica(store));
            long admitted = 0;
            for (int i = 0; i < 500; i++) {
                Replica replica = replicas.get(random.nextInt(3));
                LimitKey key = LimitKey.of("key-" + random.nextInt(3));
                switch (random.nextInt(10)) {
                    case 0 -> clock.advanceNanos(random.nextLong(2_000_000_000L));
                    case 1 -> replica.table.takeUnused().forEach(store::giveBack);
                    case 2 -> store.away = random.nextInt(4) == 0;
                    default -> admitted += replica.admits(key) ? 1 : 0;
                }
            }
            store.away = false;
            clock.advanceNanos(Duration.ofSeconds(2).toNanos());
            replicas.forEach(replica -> replica.table.takeUnused().forEach(store::giveBack));
            assertThat(store.taken).as("seed %d", seed).isEqualTo(admitted);
        }
    }
}
