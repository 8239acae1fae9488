package dev.waypoint.filters.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filters for configuration taken over from Envoy. */
class EnvoyFiltersTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "plain characters   | {prefix: '/a', replacement: '/b'}                 | /abc?q=1      | /bbc?q=1",
                "no such prefix     | {prefix: '/x', replacement: '/b'}                 | /abc          | /abc",
                "expression         | {pattern: '/v([0-9])/', substitution: '/n\\\\1/'} | /v3/x?v=/v3/  | /n3/x?v=/v3/",
            })
    void rewritesPaths(String name, String config, String path, String expected) {
        DrivenExchange exchange = FilterHarness.of(new EnvoyRewrite(), config).send("GET", path);

        assertThat(exchange.forwarded().path()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a header           | %REQ(x-a)%              | one",
                "the path, cut      | %REQ(:path):3%          | /pa",
                "an alternative     | %REQ(x-none?x-a)%       | one",
                "a percent sign     | 100%%                   | 100%",
                "text around        | <%REQ(:method)%>        | <GET>",
                "the client         | %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT% | 192.0.2.1",
            })
    void fillsInCommands(String name, String value, String expected) {
        String config = "{request: [{operation: 'set', name: 'x-out', value: '" + value + "'}]}";
        DrivenExchange exchange = FilterHarness.of(new EnvoyHeaders(), config).send("GET", "/path", "x-a", "one");

        assertThat(exchange.forwarded().header("x-out")).isEqualTo(expected);
    }

    @Test
    void leavesOutWhatHasNoValue() {
        DrivenExchange exchange = FilterHarness.of(
                        new EnvoyHeaders(), "{request: [{operation: 'append', name: 'x-out', value: '%REQ(x-none)%'}]}")
                .send("GET", "/");

        assertThat(exchange.forwarded().headers().contains("x-out")).isFalse();
    }

    @Test
    void namesCommandsThatAreNotKnown() {
        assertThat(Substitution.problem("%NOPE%")).isEqualTo(Optional.of("the command '%NOPE%' is not supported"));
        assertThat(Substitution.problem("50% off")).isPresent();
        assertThat(Substitution.problem("plain")).isEmpty();
    }

    @Test
    void limitsByTheDefaultBucket() {
        FilterHarness harness = FilterHarness.of(
                new EnvoyLocalRateLimit(),
                "{tokenBucket: {maxTokens: 1, fillInterval: '1000s'}, enabledMillionths: 1000000,"
                        + " enforcedMillionths: 1000000, retryAfter: true}");

        assertThat(harness.send("GET", "/").forwarded().path()).isEqualTo("/");
        var refusal = harness.send("GET", "/").replied();
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.bodyText()).isEqualTo("local_rate_limited");
        assertThat(refusal.headers().get("retry-after")).isEqualTo("1000");
    }

    @Test
    void limitsByDescriptorsOfTheRequest() {
        FilterHarness harness = FilterHarness.of(
                new EnvoyLocalRateLimit(),
                "{enabledMillionths: 1000000, enforcedMillionths: 1000000,"
                        + " rules: [{actions: [{type: 'Header', key: 'user', from: 'x-user'}]}],"
                        + " descriptors: [{entries: [{key: 'user'}], tokenBucket: {maxTokens: 1, fillInterval: '1000s'}}]}");

        assertThat(harness.send("GET", "/", "x-user", "a").forwarded().path()).isEqualTo("/");
        assertThat(harness.send("GET", "/", "x-user", "b").forwarded().path()).isEqualTo("/");
        assertThat(harness.send("GET", "/", "x-user", "a").replied().status()).isEqualTo(429);
        assertThat(harness.send("GET", "/").forwarded().path()).isEqualTo("/");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "enforced       | enforcedMillionths: 1000000, tokenBucket: {maxTokens: 1, fillInterval: '9s'} | 429 | limited",
                "not enforced   | tokenBucket: {maxTokens: 1, fillInterval: '9s'}                              | 200 | not_enforced",
                "per connection | enforcedMillionths: 1000000, perConnection: true, tokenBucket: {maxTokens: 1,"
                        + " fillInterval: '8s'}                                                              | 429 | limited",
                "shadow         | enforcedMillionths: 1000000, rules: [{actions: [{type: 'Fixed', key: 'k', value: 'v'}]}],"
                        + " descriptors: [{entries: [{key: 'k', value: 'v'}], shadow: true,"
                        + " tokenBucket: {maxTokens: 1, fillInterval: '9s'}}]                               | 200 | shadow_limited",
            })
    void countsWhatIsTooMuch(String name, String config, int status, String event) {
        FakeEnvironment environment = new FakeEnvironment();
        EnvoyLocalRateLimit factory = new EnvoyLocalRateLimit();
        HttpFilter filter = factory.create(
                FilterHarness.config(factory, "{enabledMillionths: 1000000, " + config + "}"), environment);
        FilterHarness harness = FilterHarness.of(filter, environment);

        assertThat(harness.send("GET", "/").reply()).isEmpty();
        assertThat(environment.counted(event)).isZero();
        var reply = harness.send("GET", "/").reply();
        assertThat(reply.map(LocalReply::status).orElse(200)).isEqualTo(status);
        assertThat(environment.counted(event)).isEqualTo(1);
    }
}
