package dev.waypoint.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.Exchange.MatchedRoute;
import dev.waypoint.filter.JoiningFactory.Part;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedRateLimitsTest {

    private final FakeEnvironment environment = new FakeEnvironment();
    private final JoinedRateLimits factory = new JoinedRateLimits(environment.time()::nanoTime);

    private static Part<RateLimit.Config> part(int level, String name, Enforcement enforcement, String config) {
        return new Part<>(
                FilterHarness.config(new RateLimit(), config),
                new ResourceRef("waypoint.dev", "RateLimitPolicy", "shop", name),
                "target " + level,
                level,
                enforcement,
                "");
    }

    private static Part<RateLimit.Config> ofBackend(String backend, String target, String config) {
        return new Part<>(
                FilterHarness.config(new RateLimit(), config),
                new ResourceRef("waypoint.dev", "RateLimitPolicy", "shop", "of-service"),
                target,
                3,
                Enforcement.enforced(),
                backend);
    }

    private static int passing(FilterHarness harness, String backend, int requests) {
        int passed = 0;
        for (int i = 0; i < requests; i++) {
            ResourceRef route = new ResourceRef("gateway.networking.k8s.io", "HTTPRoute", "shop", "r");
            passed += harness.exchange("GET", "/")
                            .withRoute(new MatchedRoute(route, "0", backend))
                            .sendHead(true)
                            .reply()
                            .isEmpty()
                    ? 1
                    : 0;
        }
        return passed;
    }

    @Test
    void limitsOfAServiceInASplitAreAskedForItsRequestsOnlyAndTogetherWithTheOthers() {
        var gateway = part(0, "edge", limit("all", 10, "") + "}");
        var small = ofBackend("shop/a:80", "Service shop/a", limit("few", 2, "") + "}");
        var large = ofBackend("shop/b:80", "Service shop/b", limit("few", 4, "") + "}");
        FilterHarness rule = rule("r", "0", List.of(gateway, small, large));
        assertThat(passing(rule, "shop/a:80", 50)).isEqualTo(2);
        assertThat(passing(rule, "shop/b:80", 50)).isEqualTo(4);
        // What the Services refused has taken nothing from the Gateway's limit.
        assertThat(passing(rule, "shop/c:80", 50)).isEqualTo(4);
    }

    @Test
    void portsOfOneServiceShareItsLimit() {
        FilterHarness rule = rule(
                "r",
                "0",
                List.of(
                        ofBackend("shop/a:80", "Service shop/a", limit("few", 3, "") + "}"),
                        ofBackend("shop/a:81", "Service shop/a", limit("few", 3, "") + "}")));
        assertThat(passing(rule, "shop/a:80", 2)).isEqualTo(2);
        assertThat(passing(rule, "shop/a:81", 2)).isEqualTo(1);
        assertThat(passing(rule, "shop/b:80", 5)).isEqualTo(5);
    }

    private static Part<RateLimit.Config> part(int level, String name, String config) {
        return part(level, name, Enforcement.enforced(), config);
    }

    private FilterHarness rule(String route, String rule, List<Part<RateLimit.Config>> parts) {
        var joined = (JoinedRateLimits.Config)
                new RateLimit().join(parts, route, rule).config();
        return FilterHarness.of(factory.create(joined, environment), environment);
    }

    private static int passing(FilterHarness harness, int requests) {
        int passed = 0;
        for (int i = 0; i < requests; i++) {
            passed += harness.send("GET", "/").reply().isEmpty() ? 1 : 0;
        }
        return passed;
    }

    private static String limit(String name, int requests, String more) {
        return "{limits: [{name: '" + name + "', requests: " + requests + ", per: '1h'" + more + "}]";
    }

    @Test
    void keepsTheContract() {
        ConfigContract.check(new JoinedRateLimits(), """
            {route: 'HTTPRoute shop/cart', rule: '0', parts: [{
               owner: {group: 'waypoint.dev', kind: 'RateLimitPolicy', namespace: 'shop', name: 'a'},
               target: 'Gateway shop/edge', shadow: true, sampledMillionths: 5,
               limits: {limits: [{name: 'a', requests: 1, per: '1s'}]}}]}
            """);
    }

    @Test
    void isNotForObjects() {
        assertThat(factory.isMadeByTranslation()).isTrue();
        assertThat(new RateLimit().isMadeByTranslation()).isFalse();
    }

    @Test
    void levelsAdmitTogether() {
        var gateway = part(0, "edge", limit("all", 3, "") + "}");
        FilterHarness greedy = rule("r", "0", List.of(gateway, part(4, "narrow", limit("few", 1, "") + "}")));
        assertThat(passing(greedy, 10)).isEqualTo(1);
        assertThat(passing(rule("r", "1", List.of(gateway)), 10))
                .as("what the narrow limit refused took nothing from the shared one")
                .isEqualTo(2);
    }

    @Test
    void theWidestLevelThatRefusesAnswers() {
        FilterHarness harness = rule(
                "r",
                "0",
                List.of(
                        part(0, "edge", limit("all", 1, ", response: {statusCode: 503}") + "}"),
                        part(4, "narrow", limit("few", 1, "") + "}")));
        passing(harness, 1);
        var reply = harness.send("GET", "/").replied();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.detail()).isEqualTo("rate_limit:shop/edge/all");
    }

    @Test
    void sharesAsConfigured() {
        for (String[] row : List.of(
                new String[] {"Target", "2", "0", "0", "0"},
                new String[] {"Route", "2", "0", "2", "0"},
                new String[] {"Rule", "2", "2", "2", "2"})) {
            var policy = part(0, "by-" + row[0], limit("all", 2, ", sharing: '" + row[0] + "'") + "}");
            assertThat(List.of(
                            passing(rule("cart", "0", List.of(policy)), 5),
                            passing(rule("cart", "1", List.of(policy)), 5),
                            passing(rule("list", "0", List.of(policy)), 5),
                            passing(rule("list", "1", List.of(policy)), 5)))
                    .as(row[0])
                    .isEqualTo(List.of(row[1], row[2], row[3], row[4]).stream()
                            .map(Integer::valueOf)
                            .toList());
        }
    }

    @Test
    void excludingNeedsConsent() {
        String consent = limit("all", 1, "") + ", allowExclude: true}";
        String none = limit("all", 1, "") + "}";
        String exclusion = limit("own", 3, "") + ", exclude: ['edge/all']}";
        assertThat(passing(rule("a", "0", List.of(part(0, "edge", consent), part(4, "narrow", exclusion))), 5))
                .as("with consent")
                .isEqualTo(3);
        assertThat(passing(rule("a", "0", List.of(part(1, "edge", none), part(5, "narrow", exclusion))), 5))
                .as("without consent")
                .isEqualTo(1);
        assertThat(passing(rule("a", "0", List.of(part(2, "edge", consent), part(2, "same", exclusion))), 5))
                .as("on the same level")
                .isEqualTo(1);
        assertThat(passing(
                        rule(
                                "a",
                                "0",
                                List.of(
                                        part(3, "edge", consent),
                                        part(6, "shadow", new Enforcement.Shadow(), exclusion))),
                        5))
                .as("by an object that is not obeyed")
                .isEqualTo(1);
    }

    @Test
    void enforcementIsThatOfEachObject() {
        FilterHarness shadow = rule(
                "a",
                "0",
                List.of(
                        part(0, "one", new Enforcement.Shadow(), limit("all", 1, "") + "}"),
                        part(4, "two", limit("all", 3, "") + "}")));
        assertThat(passing(shadow, 5)).isEqualTo(3);
        FilterHarness never =
                rule("a", "0", List.of(part(1, "three", new Enforcement.Sampled(0), limit("all", 1, "") + "}")));
        assertThat(passing(never, 5)).isEqualTo(5);
    }

    @Test
    void rulesThatShareEverythingHaveEqualConfigurations() {
        var policy = part(0, "edge", limit("all", 1, "") + "}");
        assertThat(new RateLimit().join(List.of(policy), "cart", "0"))
                .isEqualTo(new RateLimit().join(List.of(policy), "list", "1"));
    }

    @Test
    void anObjectThatIsNamedTwiceCountsOnce() {
        var policy = part(7, "twice", limit("all", 2, "") + "}");
        assertThat(passing(rule("a", "0", List.of(policy, policy)), 5)).isEqualTo(2);
    }
}
