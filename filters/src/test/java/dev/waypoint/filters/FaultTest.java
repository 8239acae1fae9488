package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FaultTest {

    @Test
    void keepsTheContract() {
        ConfigContract.check(
                new Fault(),
                "{delay: {duration: '100ms', percentage: 50}, abort: {status: 500, grpcStatus: 14, percentage: 1.5},"
                        + " controlledByHeaders: true, maxActiveDelays: 10}");
    }

    @Test
    void delaysOnTheEventLoop() {
        FilterHarness harness = FilterHarness.of(new Fault(), "{delay: {duration: '100ms'}}");
        DrivenExchange exchange = harness.send("GET", "/");
        harness.pass(Duration.ofMillis(99));
        assertThat(exchange.toUpstream().head()).isEmpty();
        harness.pass(Duration.ofMillis(1));
        assertThat(exchange.toUpstream().isEnded()).isTrue();
        assertThat(harness.environment().counted("delayed")).isEqualTo(1);
    }

    @Test
    void bodiesWaitForTheDelayedHead() {
        FilterHarness harness = FilterHarness.of(new Fault(), "{delay: {duration: '1s'}}");
        DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false).sendData("body", true);
        assertThat(exchange.toUpstream().head()).isEmpty();
        harness.pass(Duration.ofSeconds(1));
        assertThat(exchange.toUpstream().body()).isEqualTo("body");
        assertThat(exchange.toUpstream().isEnded()).isTrue();
    }

    @Test
    void abortsWithHttpAndGrpcStatus() {
        LocalReply reply = FilterHarness.of(new Fault(), "{abort: {status: 418, grpcStatus: 14}}")
                .send("GET", "/")
                .replied();
        assertThat(reply.status()).isEqualTo(418);
        assertThat(reply.grpcStatus()).hasValue(14);
        assertThat(reply.cause()).isEqualTo(ReplyCause.FAULT);
        assertThat(reply.detail()).isEqualTo("fault_filter_abort");
    }

    @Test
    void abortsAfterTheDelay() {
        FilterHarness harness = FilterHarness.of(new Fault(), "{delay: {duration: '1s'}, abort: {}}");
        DrivenExchange exchange = harness.send("GET", "/");
        assertThat(exchange.reply()).isEmpty();
        harness.pass(Duration.ofSeconds(1));
        assertThat(exchange.replied().status()).isEqualTo(503);
    }

    @Test
    void strikesTheConfiguredShare() {
        FilterHarness harness = FilterHarness.of(new Fault(), "{abort: {percentage: 25}}");
        int aborted = 0;
        for (int i = 0; i < 4000; i++) {
            aborted += harness.send("GET", "/").reply().isPresent() ? 1 : 0;
        }
        // Seven standard deviations of the binomial distribution on each side.
        assertThat(aborted).isBetween(808, 1192);
    }

    @Test
    void neverStrikesAtZero() {
        FilterHarness harness = FilterHarness.of(new Fault(), "{abort: {percentage: 0}}");
        for (int i = 0; i < 1000; i++) {
            assertThat(harness.send("GET", "/").reply()).isEmpty();
        }
    }

    @Test
    void boundsTheNumberOfDelayedRequests() {
        FilterHarness harness = FilterHarness.of(new Fault(), "{delay: {duration: '1s'}, maxActiveDelays: 1}");
        DrivenExchange first = harness.send("GET", "/");
        assertThat(harness.send("GET", "/").toUpstream().isEnded()).isTrue();
        harness.pass(Duration.ofSeconds(1));
        assertThat(first.toUpstream().isEnded()).isTrue();
        assertThat(harness.send("GET", "/").toUpstream().isEnded()).isFalse();
    }

    @Test
    void headersControlOnlyWherePermitted() {
        String[] headers = {"x-envoy-fault-abort-request", "429"};
        assertThat(FilterHarness.of(new Fault(), "{abort: {percentage: 0}}")
                        .send("GET", "/", headers)
                        .reply())
                .isEmpty();
        FilterHarness permitted = FilterHarness.of(new Fault(), "{controlledByHeaders: true}");
        assertThat(permitted.send("GET", "/", headers).replied().status()).isEqualTo(429);
        assertThat(permitted
                        .send("GET", "/", "x-envoy-fault-abort-grpc-request", "5")
                        .replied()
                        .grpcStatus())
                .hasValue(5);
        assertThat(permitted
                        .send("GET", "/", "x-envoy-fault-abort-request", "99")
                        .reply())
                .isEmpty();
        assertThat(permitted
                        .send(
                                "GET",
                                "/",
                                "x-envoy-fault-abort-request",
                                "429",
                                "x-envoy-fault-abort-request-percentage",
                                "0")
                        .reply())
                .isEmpty();
        assertThat(permitted
                        .send("GET", "/", "x-envoy-fault-delay-request", "50")
                        .toUpstream()
                        .isEnded())
                .isFalse();
    }

    @Test
    void refusesToDoNothing() {
        assertThat(FilterHarness.findings(new Fault(), "{}"))
                .containsExactly("config: no fault is configured: expected delay, abort or controlledByHeaders");
    }
}
