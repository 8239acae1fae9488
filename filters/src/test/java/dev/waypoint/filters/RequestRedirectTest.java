package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestRedirectTest {

    @Test
    void keepsTheContract() {
        ConfigContract.check(
                new RequestRedirect(),
                "{scheme: 'https', hostname: 'a.example', path: {type: 'ReplaceFullPath', replaceFullPath: '/'}, port: 8443,"
                        + " statusCode: 301, matchedPrefix: '/x', listenerPort: 80}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "nothing changed,     '{}',                               http,  shop.example,      80,   http://shop.example/x?q",
        "listener port,       '{}',                               http,  shop.example:1,    8080, http://shop.example:8080/x?q",
        "https at 80,         '{}',                               https, shop.example,      80,   https://shop.example:80/x?q",
        "to https,            '{scheme: ''https''}',              http,  shop.example:8080, 8080, https://shop.example/x?q",
        "to https at 80,      '{scheme: ''https'', port: 80}',    http,  shop.example,      8080, https://shop.example:80/x?q",
        "explicit usual port, '{port: 80}',                       http,  shop.example,      8080, http://shop.example/x?q",
        "explicit port,       '{port: 8443}',                     https, shop.example,      443,  https://shop.example:8443/x?q",
        "host,                '{hostname: ''b.example''}',        http,  shop.example,      80,   http://b.example/x?q",
        "IPv6 authority,      '{port: 81}',                       http,  '[::1]:8080',      8080, 'http://[::1]:81/x?q'",
        "path, '{path: {type: ''ReplacePrefixMatch'', replacePrefixMatch: ''/y''}, matchedPrefix: ''/x''}', http, shop.example, 80, http://shop.example/y?q",
    })
    void buildsTheLocation(
            String name, String config, String scheme, String authority, int listenerPort, String expected) {
        String full = config.equals("{}")
                ? "{listenerPort: " + listenerPort + "}"
                : config.substring(0, config.length() - 1) + ", listenerPort: " + listenerPort + "}";
        LocalReply reply = FilterHarness.of(new RequestRedirect(), full)
                .exchange(new RequestHead("GET", scheme, authority, "/x?q", HttpHeaders.builder()))
                .sendHead(true)
                .replied();
        assertThat(reply.headers().get("location")).isEqualTo(expected);
        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.cause()).isEqualTo(ReplyCause.REDIRECT);
    }

    @Test
    void takesThePortOfTheConnectionWithoutOneOfTheListener() {
        LocalReply reply = FilterHarness.of(new RequestRedirect(), "{statusCode: 308}")
                .send("GET", "/a")
                .replied();
        assertThat(reply.headers().get("location")).isEqualTo("http://shop.example/a");
        assertThat(reply.status()).isEqualTo(308);
    }

    @Test
    void refusesOtherStatuses() {
        assertThat(FilterHarness.findings(new RequestRedirect(), "{statusCode: 304}"))
                .containsExactly("config: statusCode is 304, expected one of 301, 302, 303, 307, 308");
    }
}
