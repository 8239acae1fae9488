package dev.waypoint.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.ir.BackendSettingsIr.BalancingIr;
import dev.waypoint.ir.BackendSettingsIr.HashKeyIr;
import dev.waypoint.ir.HeaderRoutingIr;
import dev.waypoint.ir.PersistenceIr;
import dev.waypoint.ir.PersistenceIr.Carrier;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that stick to an endpoint: by a session, and by the cookie of a consistent hash. */
class SessionPersistenceTest {

    private static final PersistenceIr COOKIE =
            new PersistenceIr(Carrier.COOKIE, "sid", Duration.ofHours(1), false, "/shop");
    private static final PersistenceIr HEADER = new PersistenceIr(Carrier.HEADER, "x-sid", Duration.ZERO, false, "");

    private final EngineKit kit = new EngineKit();
    private final BackendId old = kit.backend("old", "a");
    private final BackendId fresh = kit.backend("fresh", "b");

    private void serve(PersistenceIr persistence, int weightOfOld, int weightOfFresh) {
        serve(rule("/shop", persistence, weightOfOld, weightOfFresh));
    }

    private void serve(RuleIr... rules) {
        kit.routes.clear();
        for (RuleIr rule : rules) {
            kit.rule(rule);
        }
        kit.install();
    }

    private RuleIr rule(String name, PersistenceIr persistence, int weightOfOld, int weightOfFresh) {
        return rule(name, persistence, Optional.empty(), Optional.empty(), weightOfOld, weightOfFresh);
    }

    private RuleIr rule(
            String name,
            PersistenceIr persistence,
            Optional<RetryIr> retry,
            Optional<HeaderRoutingIr> headerRouting,
            int weightOfOld,
            int weightOfFresh) {
        return new RuleIr(
                EngineKit.ROUTE,
                name,
                List.of(),
                new ActionIr.Forward(List.of(weighted(old, weightOfOld), weighted(fresh, weightOfFresh)), List.of()),
                TimeoutsIr.DEFAULT,
                retry,
                Optional.of(persistence),
                headerRouting,
                true);
    }

    private static ActionIr.WeightedIr weighted(BackendId id, int weight) {
        return new ActionIr.WeightedIr(Optional.of(id), "", weight, List.of(), Map.of());
    }

    /** What came of one request: its endpoint, and what the client was told. */
    private record Seen(String host, String cookie, String header) {
        String pair() {
            return cookie.isEmpty() ? "" : cookie.substring(0, cookie.indexOf(';'));
        }
    }

    private Seen get(String path, String... headers) {
        EngineKit.Client client = kit.send("GET", path, true, headers);
        EngineKit.SeenCall call = kit.calls.getLast();
        call.answer(200, true);
        var head = Objects.requireNonNull(client.head);
        return new Seen(call.target.host(), head.header("set-cookie"), head.header("x-sid"));
    }

    @Test
    void aSessionBeatsWeights() {
        serve(COOKIE, 1, 0);
        Seen first = get("/shop");
        assertThat(first.host()).isEqualTo("a");
        assertThat(first.cookie()).startsWith("sid=").endsWith("; Path=/shop; Secure; HttpOnly; SameSite=Strict");
        serve(COOKIE, 0, 1);
        for (int i = 0; i < 20; i++) {
            assertThat(get("/shop", "cookie", "x=1", "cookie", first.pair())).isEqualTo(new Seen("a", "", ""));
        }
        assertThat(get("/shop").host()).as("without a session").isEqualTo("b");
    }

    @Test
    void aHeaderCarriesASessionToo() {
        serve(HEADER, 1, 0);
        String session = get("/shop").header();
        assertThat(session).isNotEmpty();
        serve(HEADER, 0, 1);
        assertThat(get("/shop", "x-sid", session)).isEqualTo(new Seen("a", "", ""));
    }

    @Test
    void aSessionWhoseEndpointIsGoneMoves() {
        serve(COOKIE, 1, 0);
        Seen first = get("/shop");
        kit.backend("old");
        serve(COOKIE, 0, 1);
        Seen moved = get("/shop", "cookie", first.pair());
        assertThat(moved.host()).isEqualTo("b");
        assertThat(moved.pair()).startsWith("sid=").isNotEqualTo(first.pair());
        assertThat(get("/shop", "cookie", moved.pair())).isEqualTo(new Seen("b", "", ""));
    }

    @Test
    void aRetryElsewhereMovesTheSession() {
        kit.backend("old", "a", "c");
        RetryIr retry = new RetryIr(1, Set.of(503), Set.of(), Set.of(), Duration.ZERO, Duration.ZERO, 1024);
        serve(rule("/shop", COOKIE, Optional.of(retry), Optional.empty(), 1, 0));
        Seen first = get("/shop");
        EngineKit.Client client = kit.send("GET", "/shop", true, "cookie", first.pair());
        EngineKit.SeenCall failed = kit.calls.getLast();
        assertThat(failed.target.host()).isEqualTo(first.host());
        failed.answer(503, true);
        kit.loop.run();
        EngineKit.SeenCall second = kit.calls.getLast();
        assertThat(second.target.host()).isNotEqualTo(first.host());
        second.answer(200, true);
        assertThat(Objects.requireNonNull(client.head).header("set-cookie")).startsWith("sid=");
    }

    @Test
    void headerRoutingGoesFirstAndMovesNoSession() {
        HeaderRoutingIr routing = new HeaderRoutingIr("x-to", Map.of("fresh", weighted(fresh, 1)), false);
        serve(rule("/shop", COOKIE, Optional.empty(), Optional.of(routing), 1, 0));
        Seen first = get("/shop");
        assertThat(first.host()).isEqualTo("a");
        assertThat(get("/shop", "cookie", first.pair(), "x-to", "fresh")).isEqualTo(new Seen("b", "", ""));
    }

    @Test
    void anAnswerOfOurOwnBeginsNoSession() {
        kit.backend("old");
        serve(COOKIE, 1, 0);
        EngineKit.Client client = kit.send("GET", "/shop", true);
        assertThat(client.saw).contains("head 503");
        assertThat(Objects.requireNonNull(client.head).header("set-cookie")).isEmpty();
    }

    static Stream<Arguments> worthless() {
        return Stream.of(
                Arguments.of("made up", "sid=10.0.0.1:8080"),
                Arguments.of("empty", "sid="),
                Arguments.of("another name", "session=1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("worthless")
    void whatIsNoSessionOfOursBeginsANewOne(String name, String cookie) {
        serve(COOKIE, 0, 1);
        Seen seen = get("/shop", "cookie", cookie);
        assertThat(seen.host()).isEqualTo("b");
        assertThat(seen.cookie()).startsWith("sid=");
    }

    @Test
    void sessionsExpireAndBelongToOneRule() {
        serve(rule("/shop", COOKIE, 1, 0), rule("/other", COOKIE, 0, 1));
        Seen first = get("/shop");
        assertThat(get("/other", "cookie", first.pair())).satisfies(other -> {
            assertThat(other.host()).isEqualTo("b");
            assertThat(other.pair()).isNotEqualTo(first.pair()).startsWith("sid=");
        });
        kit.time.pass(Duration.ofMinutes(61));
        serve(COOKIE, 0, 1);
        assertThat(get("/shop", "cookie", first.pair()).host()).isEqualTo("b");
    }

    static Stream<Arguments> hashCookies() {
        return Stream.of(
                Arguments.of("with a lifetime", Optional.of(Duration.ofMinutes(5)), "; Max-Age=300; Path=/; HttpOnly"),
                Arguments.of("of the session", Optional.of(Duration.ZERO), "; Path=/; HttpOnly"),
                Arguments.of("never made", Optional.empty(), ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hashCookies")
    void aConsistentHashMakesItsCookie(String name, Optional<Duration> lifetime, String attributes) {
        BackendId id = kit.backend("hashed", "a", "b", "c", "d", "e");
        BackendIr plain = Objects.requireNonNull(kit.backends.get(id));
        BackendSettingsIr usual = BackendSettingsIr.DEFAULT;
        BalancingIr balancing = new BalancingIr.ConsistentHash(List.of(new HashKeyIr.Cookie("hash", lifetime, "/")));
        BackendSettingsIr settings = new BackendSettingsIr(
                balancing,
                usual.slowStart(),
                usual.zone(),
                usual.limits(),
                usual.connectTimeout(),
                usual.idleTimeout(),
                usual.outlier(),
                usual.health(),
                usual.retryBudget());
        kit.backends.put(
                id, new BackendIr(id, plain.source(), plain.protocol(), plain.tls(), plain.endpoints(), settings));
        kit.rule("/shop", EngineKit.forward(id));
        kit.install();
        Seen first = get("/shop");
        assertThat(first.cookie()).isEqualTo(first.pair() + attributes);
        if (lifetime.isPresent()) {
            assertThat(first.pair()).startsWith("hash=");
            for (int i = 0; i < 10; i++) {
                assertThat(get("/shop", "cookie", first.pair())).isEqualTo(new Seen(first.host(), "", ""));
            }
        }
    }
}
