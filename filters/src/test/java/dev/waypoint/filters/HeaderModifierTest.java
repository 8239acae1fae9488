package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;

class HeaderModifierTest {

    private static final String EXAMPLE = """
            {request: {set: [{name: 'X-Set', value: 'one'}], add: [{name: 'x-add', value: 'more'}], remove: ['X-Gone']},
             response: {set: [{name: 'x-frame-options', value: 'DENY'}], remove: ['server']}}
            """;

    @Test
    void keepsTheContract() {
        ConfigContract.check(new HeaderModifier(), EXAMPLE);
    }

    @Test
    void editsBothDirections() {
        DrivenExchange exchange = FilterHarness.of(new HeaderModifier(), EXAMPLE)
                .send("GET", "/", "x-set", "a", "x-set", "b", "x-add", "first", "x-gone", "1", "x-kept", "2");
        assertThat(exchange.forwarded().headers().getAll("x-set")).containsExactly("one");
        assertThat(exchange.forwarded().headers().getAll("x-add")).containsExactly("first", "more");
        assertThat(exchange.forwarded().headers().contains("x-gone")).isFalse();
        assertThat(exchange.forwarded().header("x-kept")).isEqualTo("2");
        exchange.respondHead(200, true, "server", "s");
        assertThat(exchange.responded().headers().contains("server")).isFalse();
        assertThat(exchange.responded().header("x-frame-options")).isEqualTo("DENY");
    }

    @Test
    void refusesHeadersThatFrameMessages() {
        assertThat(
                        FilterHarness.findings(
                                new HeaderModifier(),
                                "{request: {set: [{name: 'Host', value: 'x'}, {name: 'Content-Length', value: '0'}],"
                                        + " add: [{name: ':path', value: '/'}, {name: 'a', value: 'b\\nc'}, {name: 'a b', value: ''}]}}"))
                .containsExactly(
                        "config.request.set[0]: the header host is kept by the proxy itself:"
                                + " use the filter url-rewrite to change the host",
                        "config.request.set[1]: the header content-length is kept by the proxy itself",
                        "config.request.add[0].name is \":path\": expected the name of a header, not a pseudo header",
                        "config.request.add[1]: the value has control characters, expected visible ones and spaces",
                        "config.request.add[2].name is \"a b\": expected a header name: 1 to 256 letters, digits or any of"
                                + " !#$%&'*+-.^_`|~");
    }
}
