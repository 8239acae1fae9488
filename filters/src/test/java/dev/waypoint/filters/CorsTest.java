package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorsTest {

    private static final String LISTED = """
            {allowOrigins: ['https://a.example', 'https://*.b.example', 'http://c.example:8080'],
             allowMethods: ['GET', 'PUT'], allowHeaders: ['x-one', 'x-two'], exposeHeaders: ['x-seen'], maxAge: 60}
            """;

    @Test
    void keepsTheContract() {
        ConfigContract.check(new Cors(), LISTED.replace("maxAge: 60", "maxAge: 60, allowCredentials: true"));
    }

    private static DrivenExchange preflight(String config, String origin) {
        return FilterHarness.of(new Cors(), config)
                .send(
                        "OPTIONS",
                        "/",
                        "origin",
                        origin,
                        "access-control-request-method",
                        "PUT",
                        "access-control-request-headers",
                        "x-one, x-three");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "https://a.example, true",
        "https://a.example:443, true",
        "HTTPS://A.example, true",
        "https://a.example:444, false",
        "http://a.example, false",
        "https://x.a.example, false",
        "https://x.b.example, true",
        "https://x.y.b.example, true",
        "https://.b.example, false",
        "https://b.example, false",
        "https://evilb.example, false",
        "http://c.example:8080, true",
        "http://c.example, false",
        "null, false",
        "nonsense, false"
    })
    void matchesOrigins(String origin, boolean allowed) {
        LocalReply reply = preflight(LISTED, origin).replied();
        assertThat(reply.status()).isEqualTo(allowed ? 200 : 403);
        assertThat(reply.headers().contains("access-control-allow-origin")).isEqualTo(allowed);
        assertThat(reply.cause()).isEqualTo(ReplyCause.CORS);
        assertThat(reply.detail()).isEqualTo(allowed ? "cors_preflight" : "cors_origin_denied");
    }

    @Test
    void answersPreflightsFromTheLists() {
        LocalReply reply = preflight(LISTED, "https://a.example").replied();
        assertThat(reply.headers().get("access-control-allow-origin")).isEqualTo("https://a.example");
        assertThat(reply.headers().get("access-control-allow-methods")).isEqualTo("GET, PUT");
        assertThat(reply.headers().get("access-control-allow-headers")).isEqualTo("x-one, x-two");
        assertThat(reply.headers().get("access-control-expose-headers")).isEqualTo("x-seen");
        assertThat(reply.headers().get("access-control-max-age")).isEqualTo("60");
        assertThat(reply.headers().contains("access-control-allow-credentials")).isFalse();
        assertThat(reply.headers().get("vary")).isEqualTo("origin");
    }

    @Test
    void starsStayWithoutCredentials() {
        LocalReply reply = preflight(
                        "{allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*']}", "https://z.example")
                .replied();
        assertThat(reply.headers().get("access-control-allow-origin")).isEqualTo("*");
        assertThat(reply.headers().get("access-control-allow-methods")).isEqualTo("*");
        assertThat(reply.headers().get("access-control-allow-headers")).isEqualTo("*");
        assertThat(reply.headers().get("access-control-max-age")).isEqualTo("5");
    }

    @Test
    void starsBecomeWhatWasAskedWithCredentials() {
        LocalReply reply = preflight(
                        "{allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], exposeHeaders: ['*'],"
                                + " allowCredentials: true}",
                        "https://z.example")
                .replied();
        assertThat(reply.headers().get("access-control-allow-origin")).isEqualTo("https://z.example");
        assertThat(reply.headers().get("access-control-allow-methods")).isEqualTo("PUT");
        assertThat(reply.headers().get("access-control-allow-headers")).isEqualTo("x-one, x-three");
        assertThat(reply.headers().get("access-control-allow-credentials")).isEqualTo("true");
        assertThat(reply.headers().contains("access-control-expose-headers")).isFalse();
    }

    @Test
    void replacesTheBackendsHeadersOnActualRequests() {
        DrivenExchange exchange = FilterHarness.of(new Cors(), LISTED)
                .send("GET", "/", "origin", "https://x.b.example")
                .respondHead(200, true, "access-control-allow-origin", "*", "vary", "accept");
        assertThat(exchange.responded().headers().getAll("access-control-allow-origin"))
                .containsExactly("https://x.b.example");
        assertThat(exchange.responded().header("access-control-expose-headers")).isEqualTo("x-seen");
        assertThat(exchange.responded().headers().getAll("vary")).containsExactly("accept", "origin");
    }

    @Test
    void otherOriginsAreForwardedButGetNoGrant() {
        DrivenExchange exchange = FilterHarness.of(new Cors(), LISTED)
                .send("GET", "/", "origin", "https://evil.example")
                .respondHead(200, true, "access-control-allow-origin", "*");
        assertThat(exchange.responded().headers().contains("access-control-allow-origin"))
                .isFalse();
    }

    @Test
    void plainRequestsAreLeftAlone() {
        DrivenExchange exchange =
                FilterHarness.of(new Cors(), LISTED).send("OPTIONS", "/").respondHead(204, true);
        assertThat(exchange.responded().headers().isEmpty()).isTrue();
    }

    @Test
    void refusesWhatIsNoOrigin() {
        assertThat(FilterHarness.findings(new Cors(), "{allowOrigins: ['a.example', 'https://a.*', 'https://a:0']}"))
                .hasSize(3)
                .allMatch(finding -> finding.startsWith("config.allowOrigins["));
    }
}
