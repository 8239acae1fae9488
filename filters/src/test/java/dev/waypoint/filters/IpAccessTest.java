package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpAccessTest {

    private static final String BOTH =
            "{allow: ['10.0.0.0/8', '2001:db8::/32'], deny: ['10.9.0.0/16', '10.1.2.3'], address: 'Client', status: 403}";

    @Test
    void keepsTheContract() {
        ConfigContract.check(new IpAccess(), BOTH);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "10.1.1.1,          ''",
        "10.1.2.3,          ip_denied",
        "10.1.2.4,          ''",
        "10.9.255.255,      ip_denied",
        "11.0.0.1,          ip_not_allowed",
        "2001:db8:1::1,     ''",
        "2001:db9::1,       ip_not_allowed",
        "::ffff:10.1.1.1,   ''"
    })
    void admitsByAddress(String client, String refusal) {
        var exchange = FilterHarness.of(new IpAccess(), BOTH).withClient(client).send("GET", "/");
        assertThat(exchange.reply().map(LocalReply::detail).orElse("")).isEqualTo(refusal);
        assertThat(exchange.reply().map(LocalReply::cause).orElse(ReplyCause.ACCESS_DENIED))
                .isEqualTo(ReplyCause.ACCESS_DENIED);
    }

    @Test
    void denyAloneAdmitsTheRest() {
        FilterHarness harness = FilterHarness.of(new IpAccess(), "{deny: ['0.0.0.0/1'], status: 404}");
        assertThat(harness.withClient("1.2.3.4").send("GET", "/").replied().status())
                .isEqualTo(404);
        assertThat(harness.withClient("200.2.3.4").send("GET", "/").reply()).isEmpty();
        assertThat(harness.withClient("::1").send("GET", "/").reply()).isEmpty();
    }

    @Test
    void theConnectionsAddressCanCount() {
        FilterHarness harness = FilterHarness.of(new IpAccess(), "{allow: ['192.0.2.1'], address: 'Connection'}");
        assertThat(harness.withClient("1.2.3.4").send("GET", "/").reply()).isEmpty();
    }

    @Test
    void refusesWhatIsNoBlock() {
        assertThat(FilterHarness.findings(
                        new IpAccess(),
                        "{allow: ['10.0.0.0/33', 'host', '10.0.0', '1.2.3.4/', '::1/-1', 'fe80::1%eth0']}"))
                .hasSize(6)
                .allMatch(finding -> finding.contains("expected a block of addresses"));
        assertThat(FilterHarness.findings(new IpAccess(), "{}"))
                .containsExactly("config: no address is listed: expected entries in allow or deny");
    }
}
