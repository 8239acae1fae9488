package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;

class DirectResponseTest {

    private static final String EXAMPLE =
            "{status: 503, body: '{}', contentType: 'application/json', headers: [{name: 'retry-after', value: '60'}]}";

    @Test
    void keepsTheContract() {
        ConfigContract.check(new DirectResponse(), EXAMPLE);
    }

    @Test
    void answers() {
        LocalReply reply =
                FilterHarness.of(new DirectResponse(), EXAMPLE).send("GET", "/").replied();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.bodyText()).isEqualTo("{}");
        assertThat(reply.headers().get("content-type")).isEqualTo("application/json");
        assertThat(reply.headers().get("retry-after")).isEqualTo("60");
        assertThat(reply.cause()).isEqualTo(ReplyCause.DIRECT_RESPONSE);
    }

    @Test
    void emptyBodiesHaveNoType() {
        LocalReply reply = FilterHarness.of(new DirectResponse(), "{status: 204}")
                .send("GET", "/")
                .replied();
        assertThat(reply.headers().isEmpty()).isTrue();
    }
}
