package dev.waypoint.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.filter.CallerIdentity;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

    private final FakeEnvironment environment = new FakeEnvironment();
    private final RateLimit factory = new RateLimit(environment.time()::nanoTime);

    private FilterHarness harness(String config) {
        return FilterHarness.of(factory, config, environment);
    }

    private static boolean passes(FilterHarness harness, String method, String path, String... headers) {
        return harness.send(method, path, headers).reply().isEmpty();
    }

    @Test
    void keepsTheContract() {
        ConfigContract.check(new RateLimit(), """
            {limits: [{name: 'tenant-writes', requests: 50, per: '1s', burst: 100, maxKeys: 20000, cost: 2,
                       scope: 'Divided', sharing: 'Rule', mode: 'Shadow',
                       key: [{type: 'Header', name: 'x-tenant', onMissing: 'Skip'},
                             {type: 'ClientAddress', prefixLength: 24, ipv6PrefixLength: 56}],
                       when: [{path: {type: 'PathPrefix', value: '/v1'}, methods: ['POST'],
                               headers: [{name: 'x-a', type: 'RegularExpression', value: 'b+'}],
                               queryParams: [{name: 'c', value: 'd'}], sourceCIDRs: ['10.0.0.0/8'],
                               claims: [{name: 'plan', values: ['free']}]}, {method: 'PUT'}],
                       response: {statusCode: 503, headers: [{name: 'x-why', value: 'rate'}], body: 'later',
                                  grpcStatus: 14}}],
             headers: 'Draft', retryAfter: false, exclude: ['all/clients'], allowExclude: true}
            """);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "limits: []                                                     | there is no limit, expected some in"
                        + " limits or concurrency",
                "limits: [{name: 'A', requests: 1, per: '1s'}]                  | the name of the limit is 'A'",
                "limits: [{name: 'a', requests: 1, per: '1s', cost: 2}]         | cost of limit a is 2",
                "limits: [{name: 'a', requests: 1, per: '0s'}]                  | period is PT0S",
                "limits: [{name: 'a', requests: 1, per: '1s', key: [{type: 'Header'}]}] | a key of type Header needs a"
                        + " name",
                "limits: [{name: 'a', requests: 1, per: '1s', key: [{type: 'Path', prefixLength: 8}]}] | takes no"
                        + " prefix length",
                "limits: [{name: 'a', requests: 1, per: '1s'}, {name: 'a', requests: 2, per: '1s'}] | two limits have"
                        + " the name 'a'",
                "limits: [{name: 'a', requests: 1, per: '1s', response: {grpcStatus: 5}}] | expected 8"
                        + " (RESOURCE_EXHAUSTED) or 14",
                "limits: [{name: 'a', requests: 1, per: '1s', when: [{path: {value: 'v1'}}]}] | expected it to start"
                        + " with /",
                "limits: [{name: 'a', requests: 1, per: '1s'}], exclude: ['b']  | exclude has 'b'",
            })
    void refusesConfiguration(String config, String finding) {
        assertThat(FilterHarness.findings(factory, "{" + config + "}"))
                .anySatisfy(text -> assertThat(text).contains(finding));
    }

    @Test
    void refusesBeyondTheBurstAndRefillsEvenly() {
        FilterHarness harness = harness("{limits: [{name: 'all', requests: 2, per: '1s'}]}");
        assertThat(passes(harness, "GET", "/")).isTrue();
        assertThat(passes(harness, "GET", "/")).isTrue();
        LocalReply reply = harness.send("GET", "/").replied();
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.cause()).isEqualTo(ReplyCause.RATE_LIMITED);
        assertThat(reply.detail()).isEqualTo("rate_limit:test/filter/all");
        assertThat(reply.grpcStatus()).isEqualTo(OptionalInt.of(8));
        assertThat(reply.headers().get("retry-after")).isEqualTo("1");
        harness.pass(Duration.ofMillis(499));
        assertThat(passes(harness, "GET", "/")).isFalse();
        harness.pass(Duration.ofMillis(1));
        assertThat(passes(harness, "GET", "/")).isTrue();
        assertThat(environment.counted("all/admitted")).isEqualTo(3);
        assertThat(environment.counted("all/limited")).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "type: 'Header', name: 'x-tenant'  | /a      | a | /a         | b | other",
                "type: 'Header', name: 'x-tenant'  | /a      | a | /b?c=d     | a | same",
                "type: 'Header', name: 'Host'      | /a      | a | /a         | b | same",
                "type: 'Query', name: 'q'          | /a?q=1  | a | /a?q=2     | a | other",
                "type: 'Query', name: 'q'          | /a?q=%31| a | /b?q=1&x=y | a | same",
                "type: 'Path'                      | /a      | a | /b         | a | other",
                "type: 'Path'                      | /a/b?x  | a | /a//./b    | b | same",
                "type: 'Method'                    | /a      | a | /b         | b | same",
                "type: 'Host'                      | /a      | a | /b         | b | same",
            })
    void tellsApart(String key, String path1, String tenant1, String path2, String tenant2, String expected) {
        FilterHarness harness =
                harness("{limits: [{name: 'all', requests: 1, per: '1h', key: [{" + key + ", onMissing: 'Reject'}]}]}");
        assertThat(passes(harness, "GET", path1, "x-tenant", tenant1)).isTrue();
        assertThat(passes(harness, "GET", path2, "x-tenant", tenant2)).isEqualTo(expected.equals("other"));
    }

    @ParameterizedTest(name = "{0}: {1}, {2}: {3}")
    @CsvSource({
        "'',                     192.0.2.1,     192.0.2.2,      other",
        "'prefixLength: 24',     192.0.2.1,     192.0.2.2,      same",
        "'prefixLength: 24',     192.0.2.1,     192.0.3.1,      other",
        "'',                     2001:db8::1,   2001:db8::2:3,  same",
        "'',                     2001:db8::1,   2001:db8:0:1::1, other",
        "'ipv6PrefixLength: 128', 2001:db8::1,  2001:db8::2,    other",
    })
    void tellsAddressesApart(String prefix, String first, String second, String expected) {
        FilterHarness harness = harness("{limits: [{name: 'all', requests: 1, per: '1h', key: [{type: 'ClientAddress'"
                + (prefix.isEmpty() ? "" : ", " + prefix) + "}]}]}");
        assertThat(passes(harness.withClient(first), "GET", "/")).isTrue();
        assertThat(passes(harness.withClient(second), "GET", "/")).isEqualTo(expected.equals("other"));
    }

    @Test
    void keysByWhoIsCalling() throws Exception {
        FilterHarness harness = harness("""
            {limits: [{name: 'all', requests: 1, per: '1h', key: [
              {type: 'SourceNamespace'}, {type: 'Claim', name: 'org.id'}, {type: 'User'}, {type: 'Cookie', name: 'c'}]}]}
            """);
        assertThat(passesAs(harness, "spiffe://x/ns/shop/sa/cart", "7", "ann", "1"))
                .isTrue();
        assertThat(passesAs(harness, "spiffe://x/ns/shop/sa/other", "7", "ann", "1"))
                .isFalse();
        assertThat(passesAs(harness, "spiffe://x/ns/bank/sa/cart", "7", "ann", "1"))
                .isTrue();
        assertThat(passesAs(harness, "spiffe://x/ns/shop/sa/cart", "8", "ann", "1"))
                .isTrue();
        assertThat(passesAs(harness, "spiffe://x/ns/shop/sa/cart", "7", "bob", "1"))
                .isTrue();
        assertThat(passesAs(harness, "spiffe://x/ns/shop/sa/cart", "7", "ann", "2"))
                .isTrue();
    }

    private static boolean passesAs(FilterHarness harness, String identity, String org, String user, String cookie)
            throws Exception {
        DrivenExchange exchange = harness.exchange("GET", "/", "cookie", "a=b; c=" + cookie);
        exchange.set(ExchangeKeys.IDENTITY, new CallerIdentity(identity, true));
        exchange.set(ExchangeKeys.CLAIMS, (ObjectNode) new ObjectMapper().readTree("{\"org\":{\"id\":" + org + "}}"));
        exchange.set(ExchangeKeys.USER, user);
        return exchange.sendHead(true).reply().isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"Share, true, false", "Skip, true, true", "Reject, false, false"})
    void requestsWithoutKey(String rule, boolean first, boolean second) {
        FilterHarness harness = harness("{limits: [{name: 'all', requests: 1, per: '1h', key: [{type: 'Method'},"
                + "{type: 'Header', name: 'x-tenant', onMissing: '" + rule + "'}]}]}");
        assertThat(passes(harness, "GET", "/")).isEqualTo(first);
        assertThat(passes(harness, "GET", "/")).isEqualTo(second);
        assertThat(passes(harness, "GET", "/", "x-tenant", "a")).isTrue();
        if (rule.equals("Reject")) {
            assertThat(harness.send("GET", "/").replied().headers().contains("retry-after"))
                    .as("waiting does not bring a key")
                    .isFalse();
        }
    }

    @ParameterizedTest(name = "{0}: {1} {2}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{methods: ['POST', 'PUT']}                    | PUT | /      | limited",
                "{methods: ['POST', 'PUT']}                    | GET | /      | free",
                "{method: 'GET'}                               | GET | /      | limited",
                "{path: {value: '/v1'}}                        | GET | /v1/a  | limited",
                "{path: {value: '/v1/'}}                       | GET | /v1    | limited",
                "{path: {value: '/v1'}}                        | GET | /v10   | free",
                "{path: {value: '/v1'}}                        | GET | /a/../v1 | limited",
                "{path: {type: 'Exact', value: '/v1'}}         | GET | /v1/a  | free",
                "{path: {type: 'RegularExpression', value: '/v[0-9]+'}} | GET | /v12 | limited",
                "{path: {type: 'RegularExpression', value: '/v[0-9]+'}} | GET | /v12/a | free",
                "{headers: [{name: 'x-a', value: 'b'}]}        | GET | /      | limited",
                "{headers: [{name: 'x-a', value: 'c'}]}        | GET | /      | free",
                "{headers: [{name: 'x-none', type: 'RegularExpression', value: '.*'}]} | GET | / | free",
                "{queryParams: [{name: 'q', value: '1'}]}      | GET | /?q=1  | limited",
                "{queryParams: [{name: 'q', value: '1'}]}      | GET | /?q=2  | free",
                "{sourceCIDRs: ['198.51.100.0/24', '192.0.2.0/24']} | GET | / | limited",
                "{sourceCIDRs: ['198.51.100.0/24']}            | GET | /      | free",
                "{claims: [{name: 'roles', values: ['admin']}]} | GET | /     | limited",
                "{claims: [{name: 'roles', values: ['adm']}]}  | GET | /      | free",
                "{method: 'GET', path: {value: '/b'}}          | GET | /a     | free",
                "{path: {value: '/b'}}, {path: {value: '/a'}}  | GET | /a     | limited",
            })
    void limitsTheRequestsThatAreMeant(String when, String method, String path, String expected) throws Exception {
        FilterHarness harness = harness("{limits: [{name: 'all', requests: 1, per: '1h', when: [" + when + "]}]}");
        boolean free = true;
        for (int i = 0; i < 2; i++) {
            DrivenExchange exchange = harness.exchange(method, path, "x-a", "b");
            exchange.set(
                    ExchangeKeys.CLAIMS, (ObjectNode) new ObjectMapper().readTree("{\"roles\":[\"user\",\"admin\"]}"));
            free = exchange.sendHead(true).reply().isEmpty();
        }
        assertThat(free ? "free" : "limited").isEqualTo(expected);
    }

    @Test
    void takesNothingWhereAnotherLimitRefuses() {
        FilterHarness harness = harness("""
            {limits: [{name: 'all', requests: 3, per: '1h'},
                      {name: 'tenant', requests: 1, per: '1h', key: [{type: 'Header', name: 'x-tenant'}]}]}
            """);
        assertThat(passes(harness, "GET", "/", "x-tenant", "greedy")).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(passes(harness, "GET", "/", "x-tenant", "greedy")).isFalse();
        }
        assertThat(passes(harness, "GET", "/", "x-tenant", "a")).isTrue();
        assertThat(passes(harness, "GET", "/", "x-tenant", "b")).isTrue();
        assertThat(harness.send("GET", "/", "x-tenant", "c").replied().detail())
                .isEqualTo("rate_limit:test/filter/all");
        assertThat(environment.counted("all/admitted")).isEqualTo(3);
        assertThat(environment.counted("tenant/limited")).isEqualTo(10);
    }

    @Test
    void countsOnlyInShadowMode() {
        FilterHarness harness =
                harness("{limits: [{name: 'all', requests: 1, per: '1h', mode: 'Shadow'}], headers: 'Draft'}");
        for (int i = 0; i < 3; i++) {
            DrivenExchange exchange = harness.send("GET", "/");
            assertThat(exchange.reply()).isEmpty();
            assertThat(exchange.respondHead(200, true).responded().headers().names())
                    .isEmpty();
        }
        assertThat(environment.counted("all/shadow_limited")).isEqualTo(2);
        assertThat(environment.counted("all/limited")).isZero();
    }

    @Test
    void tellsClientsInTheFormOfTheDraft() {
        FilterHarness harness =
                harness("{limits: [{name: 'all', requests: 2, per: '10s'}, {name: 'posts', requests: 1, per: '1h',"
                        + " when: [{method: 'POST'}]}], headers: 'Draft'}");
        var headers =
                harness.send("GET", "/").respondHead(200, true).responded().headers();
        assertThat(headers.get("ratelimit-policy")).isEqualTo("\"all\";q=2;w=10");
        assertThat(headers.get("ratelimit")).isEqualTo("\"all\";r=1;t=5");
        harness.send("GET", "/");
        var refused = harness.send("GET", "/").replied().headers();
        assertThat(refused.get("ratelimit")).isEqualTo("\"all\";r=0;t=5");
        assertThat(refused.get("retry-after")).isEqualTo("5");
    }

    @Test
    void tellsClientsInTheOlderForm() {
        FilterHarness harness =
                harness("{limits: [{name: 'all', requests: 2, per: '10s'}], headers: 'XRateLimit', retryAfter: false}");
        var headers =
                harness.send("GET", "/").respondHead(200, true).responded().headers();
        assertThat(headers.get("x-ratelimit-limit")).isEqualTo("2");
        assertThat(headers.get("x-ratelimit-remaining")).isEqualTo("1");
        assertThat(headers.get("x-ratelimit-reset")).isEqualTo("0");
        harness.send("GET", "/");
        var refused = harness.send("GET", "/").replied().headers();
        assertThat(refused.get("x-ratelimit-remaining")).isEqualTo("0");
        assertThat(refused.get("x-ratelimit-reset")).isEqualTo("5");
        assertThat(refused.contains("retry-after")).isFalse();
    }

    @Test
    void answersAsConfigured() {
        FilterHarness harness =
                harness("{limits: [{name: 'all', requests: 1, per: '1h', response: {statusCode: 503, body: 'later',"
                        + " grpcStatus: 14, headers: [{name: 'X-Why', value: 'rate'}]}}]}");
        harness.send("GET", "/");
        LocalReply reply = harness.send("GET", "/").replied();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.bodyText()).isEqualTo("later");
        assertThat(reply.headers().get("x-why")).isEqualTo("rate");
        assertThat(reply.grpcStatus()).isEqualTo(OptionalInt.of(14));
    }

    @Test
    void explainsWithoutShowingCredentials() {
        FilterHarness harness = harness("""
            {limits: [{name: 'all', requests: 10, per: '1h', key: [{type: 'Header', name: 'x-tenant'},
                                                                 {type: 'Cookie', name: 'session'}]},
                      {name: 'posts', requests: 1, per: '1h', when: [{method: 'POST'}]}]}
            """);
        List<String> notes = harness.send("GET", "/", "x-tenant", "acme", "cookie", "session=open-sesame")
                .notes();
        assertThat(notes).hasSize(2);
        assertThat(notes.getFirst())
                .contains(
                        "HttpFilter test/filter all: admits, 9 of 10 left, key Header x-tenant=acme, Cookie session=#")
                .doesNotContain("sesame");
        assertThat(notes.getLast()).contains("HttpFilter test/filter posts: not asked");
    }

    @Test
    void describesItself() {
        FilterHarness harness = harness("{limits: [{name: 'all', requests: 2, per: '1m', burst: 5, mode: 'Shadow',"
                + " scope: 'Divided', key: [{type: 'Header', name: 'x-tenant'}, {type: 'Path'}]},"
                + " {name: 'posts', requests: 1, per: '1s', when: [{method: 'POST'}]}]}");
        assertThat(harness.filter().description())
                .containsExactly(
                        "HttpFilter test/filter all: 2 in 1m, burst 5, by Header x-tenant, Path, divided by replicas,"
                                + " shadow",
                        "HttpFilter test/filter posts: 1 in 1s, burst 1, one bucket, for some requests");
    }

    @Test
    void dividesAmongTheReadyReplicas() {
        FilterHarness harness = harness("{limits: [{name: 'all', requests: 10, per: '1h', scope: 'Divided'}]}");
        environment.withReplicas(5);
        assertThat(passes(harness, "GET", "/")).isTrue();
        assertThat(passes(harness, "GET", "/")).isTrue();
        assertThat(passes(harness, "GET", "/")).isFalse();
    }

    @Test
    void countersSurviveAChangeOfConfiguration() {
        FilterHarness before = harness("{limits: [{name: 'all', requests: 4, per: '1h'}]}");
        before.send("GET", "/");
        before.send("GET", "/");
        FilterHarness after = harness("{limits: [{name: 'all', requests: 8, per: '1h'},"
                + " {name: 'new', requests: 100, per: '1h'}], headers: 'XRateLimit'}");
        before.filter().close();
        var headers = after.send("GET", "/").respondHead(200, true).responded().headers();
        assertThat(headers.get("x-ratelimit-remaining"))
                .as("half full before and after, less one")
                .isEqualTo("3");
    }

    @Test
    void reportsTheHeaviestKeysAsDigestsUnlessAsked() {
        FilterHarness harness =
                harness("{limits: [{name: 'all', requests: 9, per: '1h', key: [{type: 'Header', name: 'x-tenant'}]}]}");
        for (String tenant : List.of("a", "b", "b", "b", "c", "c")) {
            harness.send("GET", "/", "x-tenant", tenant);
        }
        var plain = factory.limits("test/filter", 2, true);
        assertThat(plain).singleElement().satisfies(limit -> {
            assertThat(limit.admitted()).isEqualTo(6);
            assertThat(limit.keys()).isEqualTo(3);
            assertThat(limit.top())
                    .extracting(key -> key.key() + " " + key.used())
                    .containsExactly("b 3", "c 2");
        });
        assertThat(factory.limits("", 1, false).getFirst().top().getFirst().key())
                .startsWith("#")
                .hasSize(13);
        assertThat(factory.limits("other", 1, false)).isEmpty();
        harness.filter().close();
        assertThat(factory.limits("", 1, false)).isEmpty();
    }
}
