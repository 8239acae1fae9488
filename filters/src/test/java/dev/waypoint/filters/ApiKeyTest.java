package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeyTest {

    private static final ConfigReference SECRET = new ConfigReference.SecretReference("keys", Optional.empty());
    private static final String CONFIG =
            "{clients: [{name: 'keys'}], from: [{header: 'x-api-key'}, {query: 'key'}, {cookie: 'k'}],"
                    + " allow: ['acme', 'other'], forwardClient: 'x-client', hideCredentials: true}";

    private static FilterHarness harness(Map<String, String> keys) {
        return FilterHarness.of(new ApiKey(), CONFIG, new FakeEnvironment().withData(SECRET, keys));
    }

    private final FilterHarness harness = harness(Map.of("acme", "k-1\n", "blocked", "k-2"));

    @Test
    void keepsTheContract() {
        ConfigContract.check(
                new ApiKey(), CONFIG.replace("name: 'keys'", "kind: 'Secret', name: 'keys', namespace: 'n'"));
        assertThat(new ApiKey().references(FilterHarness.config(new ApiKey(), CONFIG)))
                .containsExactly(SECRET);
    }

    @ParameterizedTest(name = "{0} {1}={2}: {3}")
    @CsvSource({
        "/,               x-api-key, k-1,           ''",
        "/,               x-api-key, Bearer k-1,    ''",
        "/?key=k-1&b=2,   x-other,   1,             ''",
        "/?a=1&k%65y=k-1, x-other,   1,             ''",
        "/,               cookie,    'a=b; k=k-1',  ''",
        "/?key=wrong,     x-other,   1,             api_key_unknown",
        "/?key=k-1,       x-api-key, wrong,         api_key_unknown",
        "/,               x-api-key, k-2,           api_key_client_not_allowed",
        "/,               x-other,   1,             api_key_missing"
    })
    void looksInEachPlace(String path, String header, String value, String refusal) {
        DrivenExchange exchange = harness.send("GET", path, header, value);
        assertThat(exchange.reply().map(LocalReply::detail).orElse("")).isEqualTo(refusal);
        if (refusal.isEmpty()) {
            assertThat(exchange.forwarded().header("x-client")).isEqualTo("acme");
            assertThat(exchange.get(ExchangeKeys.USER)).contains("acme");
            assertThat(exchange.forwarded().toString()).doesNotContain("k-1");
        }
    }

    @Test
    void keepsWhatStandsBesideTheKey() {
        assertThat(harness.send("GET", "/p?a=1&key=k-1&b=%20").forwarded().path())
                .isEqualTo("/p?a=1&b=%20");
        assertThat(harness.send("GET", "/p?key=k-1").forwarded().path()).isEqualTo("/p");
        assertThat(harness.send("GET", "/", "cookie", "a=b; k=k-1; c=d")
                        .forwarded()
                        .header("cookie"))
                .isEqualTo("a=b; c=d");
    }

    @Test
    void refusesUnusableSecrets() {
        assertThatThrownBy(() -> harness(Map.of("a", " "))).hasMessage("Secret keys: the key of 'a' is empty");
        assertThatThrownBy(() -> harness(Map.of("a", "same", "b", "same"))).hasMessageContaining("have the same key");
    }

    @Test
    void wantsOnePlaceEach() {
        assertThat(FilterHarness.findings(
                        new ApiKey(), "{clients: [{name: 'keys'}], from: [{header: 'a', query: 'b'}, {}]}"))
                .containsExactly(
                        "config.from[0]: 2 carriers are given, expected one of header, query, cookie",
                        "config.from[1]: 0 carriers are given, expected one of header, query, cookie");
    }
}
