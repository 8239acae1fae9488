package dev.waypoint.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits of requests under way. */
class ConcurrencyLimitsTest {

    private final FakeEnvironment environment = new FakeEnvironment();
    private final RateLimit factory = new RateLimit(environment.time()::nanoTime);

    private FilterHarness harness(String concurrency) {
        return FilterHarness.of(factory, "{concurrency: [" + concurrency + "]}", environment);
    }

    private static boolean passed(DrivenExchange exchange) {
        return exchange.toUpstream().head().isPresent();
    }

    private static boolean waits(DrivenExchange exchange) {
        return !passed(exchange) && exchange.reply().isEmpty();
    }

    @Test
    void refusesBeyondThePlacesUntilOneEnds() {
        FilterHarness harness = harness("{name: 'few', inFlight: 2}");
        DrivenExchange first = harness.send("GET", "/");
        DrivenExchange second = harness.send("GET", "/");
        assertThat(passed(first) && passed(second)).isTrue();
        LocalReply reply = harness.send("GET", "/").replied();
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.cause()).isEqualTo(ReplyCause.RATE_LIMITED);
        assertThat(reply.detail()).isEqualTo("rate_limit:test/filter/few");
        assertThat(reply.body().toStringUtf8()).isEqualTo("Too many requests under way\n");
        assertThat(environment.shown("few/in_flight")).hasValue(2);
        first.end();
        first.end();
        assertThat(passed(harness.send("GET", "/"))).isTrue();
        assertThat(passed(harness.send("GET", "/"))).isFalse();
        assertThat(environment.counted("few/admitted")).isEqualTo(3);
        assertThat(environment.counted("few/limited")).isEqualTo(2);
    }

    @Test
    void waitersGoOnInTheOrderOfTheirArrival() {
        FilterHarness harness = harness("{name: 'one', inFlight: 1, queue: 2, maxWait: '10s'}");
        DrivenExchange running = harness.send("GET", "/");
        DrivenExchange first = harness.send("GET", "/1");
        DrivenExchange second = harness.send("GET", "/2");
        assertThat(harness.send("GET", "/3").reply()).isPresent();
        assertThat(waits(first) && waits(second)).isTrue();
        running.end();
        harness.loop().run();
        assertThat(passed(first)).isTrue();
        assertThat(waits(second)).isTrue();
        first.end();
        harness.loop().run();
        assertThat(passed(second)).isTrue();
        second.end();
        assertThat(environment.shown("one/in_flight")).hasValue(0);
        assertThat(environment.shown("one/keys")).hasValue(0);
        assertThat(harness.loop().hasTimers()).isFalse();
    }

    @Test
    void whoHasWaitedTooLongIsRefused() {
        FilterHarness harness =
                harness("{name: 'one', inFlight: 1, queue: 1, maxWait: '2s', response: {statusCode: 503}}");
        DrivenExchange running = harness.send("GET", "/");
        DrivenExchange waiting = harness.send("GET", "/");
        harness.pass(Duration.ofMillis(1999));
        assertThat(waits(waiting)).isTrue();
        harness.pass(Duration.ofMillis(1));
        assertThat(waiting.replied().status()).isEqualTo(503);
        running.end();
        waiting.end();
        assertThat(passed(harness.send("GET", "/"))).isTrue();
        assertThat(environment.counted("one/limited")).isEqualTo(1);
    }

    @Test
    void aClientThatGoesWhileItWaitsLeavesItsPlaceInTheQueue() {
        FilterHarness harness = harness("{name: 'one', inFlight: 1, queue: 2, maxWait: '1m'}");
        DrivenExchange running = harness.send("GET", "/");
        DrivenExchange gone = harness.send("GET", "/");
        DrivenExchange patient = harness.send("GET", "/");
        gone.end();
        running.end();
        harness.loop().run();
        assertThat(passed(gone)).isFalse();
        assertThat(passed(patient)).isTrue();
        patient.end();
        assertThat(environment.shown("one/in_flight")).hasValue(0);
    }

    /** A place can be given back as if it had never been taken, so places come first and a refusal by a rate frees them. */
    @Test
    void aRequestThatARateRefusesHoldsNoPlace() {
        FilterHarness harness = FilterHarness.of(
                factory,
                "{concurrency: [{name: 'two', inFlight: 2}], limits: [{name: 'rate', requests: 3, per: '1h'}]}",
                environment);
        List<DrivenExchange> passed = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            passed.add(harness.send("GET", "/"));
        }
        assertThat(harness.send("GET", "/").replied().detail()).endsWith("/two");
        passed.forEach(DrivenExchange::end);
        assertThat(passed(harness.send("GET", "/")))
                .as("the refusal took no token")
                .isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(harness.send("GET", "/").replied().detail()).endsWith("/rate");
        }
        assertThat(environment.shown("two/in_flight")).hasValue(1);
    }

    @Test
    void keysAreCountedByThemselves() {
        FilterHarness harness = harness(
                "{name: 'each', inFlight: 1, key: [{type: 'Header', name: 'x-tenant', onMissing: 'Reject'}], when:"
                        + " [{method: 'GET'}]}");
        DrivenExchange a = harness.send("GET", "/", "x-tenant", "a");
        assertThat(passed(a)).isTrue();
        assertThat(passed(harness.send("GET", "/", "x-tenant", "a"))).isFalse();
        assertThat(passed(harness.send("GET", "/", "x-tenant", "b"))).isTrue();
        assertThat(passed(harness.send("GET", "/"))).isFalse();
        assertThat(passed(harness.send("PUT", "/"))).isTrue();
        assertThat(environment.shown("each/keys")).hasValue(2);
        assertThat(factory.limits("test/filter", 1, true)).singleElement().satisfies(limit -> {
            assertThat(limit.place()).contains("under way");
            assertThat(limit.top())
                    .singleElement()
                    .satisfies(key -> assertThat(key.used()).isEqualTo(1));
        });
    }

    @Test
    void shadowLimitsCountOnly() {
        FilterHarness harness = harness("{name: 'one', inFlight: 1, mode: 'Shadow'}");
        for (int i = 0; i < 3; i++) {
            assertThat(passed(harness.send("GET", "/"))).isTrue();
        }
        assertThat(environment.counted("one/shadow_limited")).isEqualTo(2);
        assertThat(environment.counted("one/limited")).isZero();
    }

    @Test
    void requestsUnderWayStayCountedWhenTheLimitChanges() {
        FilterHarness before = harness("{name: 'one', inFlight: 1}");
        DrivenExchange running = before.send("GET", "/");
        FilterHarness after = harness("{name: 'one', inFlight: 2}");
        before.filter().close();
        assertThat(passed(after.send("GET", "/"))).isTrue();
        assertThat(passed(after.send("GET", "/"))).isFalse();
        running.end();
        assertThat(passed(after.send("GET", "/"))).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: 'a', inFlight: 0}                       | 1 to 1000000",
                "{name: 'a', inFlight: 1, queue: 5}             | expected both or neither to be zero",
                "{name: 'A', inFlight: 1}                       | the name of the limit is 'A'",
                "{name: 'a', inFlight: 1}, {name: 'a', inFlight: 2} | name",
            })
    void refusesConfiguration(String concurrency, String finding) {
        assertThat(FilterHarness.findings(factory, "{concurrency: [" + concurrency + "]}"))
                .anySatisfy(text -> assertThat(text).contains(finding));
    }
}
