package dev.waypoint.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.DurationText;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Limits of all kinds under keys that come and go for a long time: memory stays flat. Run by hand, {@code -Dwaypoint.soak=20m}. */
@EnabledIfSystemProperty(
        named = "waypoint.soak",
        matches = ".+",
        disabledReason = "takes as long as is asked for: -Dwaypoint.soak=20m")
class SoakTest {

    private static final int SAMPLES = 10;
    private static final int UNDER_WAY = 200;
    private static final int BATCH = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 20;

    private final FakeEnvironment environment = new FakeEnvironment();

    @Test
    void memoryStaysFlat() throws Exception {
        Duration whole = DurationText.parse(System.getProperty("waypoint.soak")).orElseThrow();
        try (RealRedis redis = RealRedis.start()) {
            RateLimit factory = new RateLimit();
            FilterHarness harness = FilterHarness.of(factory, config(redis), environment);
            Deque<DrivenExchange> underWay = new ArrayDeque<>();
            List<Long> used = new ArrayList<>();
            long start = System.nanoTime();
            long sent = 0;
            for (int sample = 1; sample <= SAMPLES; sample++) {
                long end = start + whole.toNanos() / SAMPLES * sample;
                while (System.nanoTime() < end) {
                    List<DrivenExchange> batch = new ArrayList<>();
                    for (int i = 0; i < BATCH; i++) {
                        batch.add(harness.send("GET", "/", "x-tenant", "tenant-" + sent++));
                    }
                    harness.await(() -> batch.stream().allMatch(SoakTest::isDecided), PATIENCE);
                    underWay.addAll(batch);
                    while (underWay.size() > UNDER_WAY) {
                        underWay.remove().end();
                    }
                    Thread.sleep(PAUSE_MILLIS);
                }
                used.add(used());
            }
            System.out.println("soak: " + sent + " keys in " + whole + ", bytes in use " + used);
            assertThat(factory.limits("", 1, false))
                    .allSatisfy(limit -> assertThat(limit.keys()).isLessThanOrEqualTo(10_000));
            // The tables are full after the first samples; from there nothing may grow.
            long settled = Math.max(used.get(2), used.get(3));
            assertThat(used.getLast()).isLessThan(settled + settled / 5);
            harness.filter().close();
        }
    }

    private static boolean isDecided(DrivenExchange exchange) {
        return exchange.reply().isPresent() || exchange.toUpstream().head().isPresent();
    }

    private static String config(RealRedis redis) {
        String key = "key: [{type: 'Header', name: 'x-tenant'}]";
        return "{headers: 'Draft', concurrency: [{name: 'places', inFlight: 1, " + key + "}],"
                + " limits: [{name: 'local', requests: 10, per: '1h', maxKeys: 10000, " + key + "},"
                + " {name: 'divided', requests: 10, per: '1s', maxKeys: 10000, scope: 'Divided', " + key + "},"
                + " {name: 'global', requests: 10, per: '10s', maxKeys: 10000, scope: 'Global', " + key + "}],"
                + " global: {addresses: ['" + redis.address() + "'], timeout: '5s'}}";
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
