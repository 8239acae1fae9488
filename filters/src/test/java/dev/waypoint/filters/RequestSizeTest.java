package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;

class RequestSizeTest {

    private final FilterHarness harness = FilterHarness.of(new RequestSize(), "{maxBytes: 10}");

    @Test
    void keepsTheContract() {
        ConfigContract.check(new RequestSize(), "{maxBytes: 10}");
    }

    @Test
    void refusesByAnnouncedLength() {
        DrivenExchange exchange =
                harness.exchange("POST", "/", "content-length", "11").sendHead(false);
        assertThat(exchange.replied().status()).isEqualTo(413);
        assertThat(exchange.replied().cause()).isEqualTo(ReplyCause.BODY_TOO_LARGE);
        exchange.sendData("12345678901", true);
        assertThat(exchange.toUpstream().head()).isEmpty();
    }

    @Test
    void passesAnnouncedLengthsUpToTheLimit() {
        DrivenExchange exchange = harness.exchange("POST", "/", "content-length", "10")
                .sendHead(false)
                .sendData("1234567890", true);
        assertThat(exchange.toUpstream().body()).isEqualTo("1234567890");
    }

    @Test
    void countsWhatWasNotAnnounced() {
        DrivenExchange exchange = harness.exchange("POST", "/")
                .sendHead(false)
                .sendData("12345", false)
                .sendData("67890", false);
        assertThat(exchange.reply()).isEmpty();
        exchange.sendData("1", false).sendData("2", true);
        assertThat(exchange.replied().detail()).isEqualTo("request_body_too_large");
        assertThat(exchange.toUpstream().body()).isEqualTo("1234567890");
        assertThat(exchange.toUpstream().isEnded()).isFalse();
    }

    @Test
    void resetsWhenTheResponseHasStarted() {
        DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false).respondHead(200, false);
        exchange.sendData("12345678901", false);
        assertThat(exchange.isReset()).isTrue();
    }
}
