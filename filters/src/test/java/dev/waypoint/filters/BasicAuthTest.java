package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BasicAuthTest {

    private static final ConfigReference SECRET = new ConfigReference.SecretReference("users", Optional.empty());
    private static final String CONFIG = "{users: {name: 'users'}, forwardUser: 'x-user', hideCredentials: true}";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static FilterHarness harness(String file) {
        return FilterHarness.of(
                new BasicAuth(), CONFIG, new FakeEnvironment().withData(SECRET, Map.of(".htpasswd", file)));
    }

    /** With the hash of "secret" as {@code htpasswd -s} makes it, and one of bcrypt. */
    private static FilterHarness both() {
        String bcrypt = BCrypt.withDefaults().hashToString(4, "geheim".toCharArray());
        return harness("# people\nalice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n\nbob:" + bcrypt + "\n");
    }

    private static String[] credentials(String pair) {
        return new String[] {
            "authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))
        };
    }

    private static DrivenExchange send(FilterHarness harness, String... headers) {
        DrivenExchange exchange = harness.send("GET", "/", headers);
        harness.await(
                () -> exchange.reply().isPresent() || exchange.toUpstream().isEnded(), PATIENCE);
        return exchange;
    }

    @Test
    void keepsTheContract() {
        ConfigContract.check(
                new BasicAuth(),
                "{users: {kind: 'Secret', name: 'users', namespace: 'shop'}, key: 'k', realm: 'r', forwardUser: 'x-user',"
                        + " hideCredentials: true}");
        assertThat(new BasicAuth().references(FilterHarness.config(new BasicAuth(), CONFIG)))
                .containsExactly(SECRET);
    }

    @Test
    void admitsBySha() {
        DrivenExchange exchange = send(both(), credentials("alice:secret"));
        assertThat(exchange.forwarded().header("x-user")).isEqualTo("alice");
        assertThat(exchange.forwarded().headers().contains("authorization")).isFalse();
        assertThat(exchange.get(ExchangeKeys.USER)).contains("alice");
    }

    @Test
    void admitsByBcryptAndRemembers() {
        FilterHarness harness = both();
        assertThat(send(harness, credentials("bob:geheim")).forwarded().header("x-user"))
                .isEqualTo("bob");
        // The second time nothing has to be waited for.
        assertThat(harness.send("GET", "/", credentials("bob:geheim"))
                        .toUpstream()
                        .isEnded())
                .isTrue();
        assertThat(send(harness, credentials("bob:falsch")).replied().detail()).isEqualTo("basic_auth_wrong");
    }

    @Test
    void refusesTheRest() {
        FilterHarness harness = both();
        assertThat(send(harness).replied().detail()).isEqualTo("basic_auth_missing");
        assertThat(send(harness, "authorization", "Bearer x").replied().detail())
                .isEqualTo("basic_auth_missing");
        assertThat(send(harness, "authorization", "Basic !!!").replied().detail())
                .isEqualTo("basic_auth_malformed");
        assertThat(send(harness, credentials("alice:other")).replied().detail()).isEqualTo("basic_auth_wrong");
        assertThat(send(harness, credentials("eve:secret")).replied().detail()).isEqualTo("basic_auth_wrong");
        assertThat(send(harness, credentials("bob:" + "x".repeat(80))).replied().detail())
                .isEqualTo("basic_auth_wrong");
        var reply = send(harness, credentials("eve:")).replied();
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.cause()).isEqualTo(ReplyCause.UNAUTHENTICATED);
        assertThat(reply.headers().get("www-authenticate")).isEqualTo("Basic realm=\"Restricted\", charset=\"UTF-8\"");
    }

    @Test
    void namesTheLineOfABadFile() {
        assertThatThrownBy(() -> harness("a:{SHA}x\nb:$apr1$abc$def"))
                .hasMessage("Secret users .htpasswd, line 2: expected name:hash with a bcrypt hash (htpasswd -B)"
                        + " or a SHA-1 hash (htpasswd -s)");
        assertThatThrownBy(() -> harness("a:{SHA}x\na:{SHA}y")).hasMessageEndingWith("line 2: the user occurs twice");
        assertThatThrownBy(() -> FilterHarness.of(
                        new BasicAuth(), CONFIG, new FakeEnvironment().withData(SECRET, Map.of("other", ""))))
                .hasMessage("Secret users has no entry '.htpasswd', only [other]");
    }
}
