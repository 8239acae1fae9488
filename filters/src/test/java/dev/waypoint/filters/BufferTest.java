package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;

class BufferTest {

    private final FilterHarness harness = FilterHarness.of(new Buffer(), "{maxBytes: 10}");

    @Test
    void keepsTheContract() {
        ConfigContract.check(new Buffer(), "{maxBytes: 10}");
    }

    @Test
    void holdsTheRequestUntilItIsComplete() {
        DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false).sendData("12345", false);
        assertThat(exchange.toUpstream().head()).isEmpty();
        exchange.sendData("67890", true);
        assertThat(exchange.forwarded().header("content-length")).isEqualTo("10");
        assertThat(exchange.toUpstream().pieces()).containsExactly("1234567890");
        assertThat(exchange.toUpstream().isEnded()).isTrue();
    }

    @Test
    void passesRequestsWithoutBody() {
        assertThat(harness.send("GET", "/").toUpstream().isEnded()).isTrue();
    }

    @Test
    void keepsTrailers() {
        DrivenExchange exchange = harness.exchange("POST", "/")
                .sendHead(false)
                .sendData("1", false)
                .sendTrailers("x-sum", "1");
        assertThat(exchange.forwarded().headers().contains("content-length")).isFalse();
        assertThat(exchange.toUpstream().body()).isEqualTo("1");
        assertThat(exchange.toUpstream().trailers().orElseThrow().get("x-sum")).isEqualTo("1");
    }

    @Test
    void keepsTrailersWithoutData() {
        DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false).sendTrailers("x-sum", "1");
        assertThat(exchange.toUpstream().trailers()).isPresent();
    }

    @Test
    void refusesLargerBodies() {
        DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false).sendData("12345678901", false);
        assertThat(exchange.replied().status()).isEqualTo(413);
    }
}
