package dev.waypoint.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.engine.EngineKit.Client;
import dev.waypoint.engine.EngineKit.SeenCall;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.ir.TimeoutsIr;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exchanges without filters: forwarding, failures, retries, time, back-pressure. */
class ExchangeTest {

    private final EngineKit kit = new EngineKit();

    private SeenCall forward(String... hosts) {
        kit.rule("/", EngineKit.forward(kit.backend("cart", hosts)));
        kit.install();
        kit.send("GET", "/a?b", true);
        return kit.calls.getFirst();
    }

    @Test
    void requestAndResponsePass() {
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")));
        kit.install();
        Client client = kit.send("POST", "/a?b", false, "x-a", "1");
        client.data("one", false);
        client.events().onTrailers(HttpHeaders.of("x-end", "2"));
        SeenCall call = kit.calls.getFirst();
        call.answer(200, false, "x-b", "3");
        call.body("two", true);
        assertThat(call.saw).containsExactly("head POST /a?b", "data one", "trailers [x-end=2]");
        assertThat(call.head.headers().get("x-forwarded-for")).isEqualTo("10.0.0.9");
        assertThat(call.head.headers().get("x-forwarded-proto")).isEqualTo("http");
        assertThat(call.head.headers().get("x-request-id")).hasSize(36);
        assertThat(client.saw).containsExactly("head 200", "data two end");
        assertThat(kit.ended).containsExactly("200 - ");
        assertThat(kit.store.current().pinned()).isZero();
    }

    @Test
    void unknownPathIs404() {
        kit.rule("/known", EngineKit.forward(kit.backend("cart", "10.1.0.1")));
        kit.install();
        assertThat(kit.send("GET", "/knownother", true).saw).containsExactly("head 404 end");
        assertThat(kit.ended).containsExactly("404 NO_ROUTE route_not_found");
    }

    @Test
    void aListenerMayKeepTrailersFromItsHttp1Clients() {
        ListenerSettingsIr usual = ListenerSettingsIr.DEFAULT;
        kit.settings = new ListenerSettingsIr(
                usual.trustedHops(),
                usual.proxyProtocol(),
                usual.maxHeaderBytes(),
                usual.maxStreams(),
                usual.idleTimeout(),
                usual.headerTimeout(),
                usual.forwarding(),
                new ListenerSettingsIr.HttpIr(0, false, true));
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")));
        kit.install();
        Client client = kit.send("POST", "/", false);
        client.data("body", false);
        client.events().onTrailers(HttpHeaders.of("x-sum", "1"));
        SeenCall call = kit.calls.getFirst();
        assertThat(call.saw).containsExactly("head POST /", "data body", "data  end");
        call.answer(200, false);
        call.body("answer", false);
        call.events.onTrailers(HttpHeaders.of("x-sum", "2"));
        assertThat(client.saw).containsExactly("head 200", "data answer", "data  end");
        assertThat(kit.ended).containsExactly("200 - ");
    }

    @Test
    void grpcGetsATrailersOnlyAnswer() {
        kit.install();
        Client client = kit.send("POST", "/svc/m", false, "content-type", "application/grpc");
        assertThat(client.saw).containsExactly("head 200 end");
        assertThat(Objects.requireNonNull(client.head).header("grpc-status")).isEqualTo("12");
    }

    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource({
        "CONNECT_FAILED, 503 UPSTREAM_CONNECT_FAILURE upstream_connect_failure",
        "CONNECT_TIMEOUT, 503 UPSTREAM_CONNECT_FAILURE upstream_connect_failure",
        "TLS_FAILED, 503 UPSTREAM_CONNECT_FAILURE upstream_tls_failure",
        "OVERFLOW, 503 UPSTREAM_OVERFLOW upstream_overflow",
        "RESET, 502 UPSTREAM_RESET upstream_reset_before_response_started",
        "CLOSED, 502 UPSTREAM_RESET upstream_reset_before_response_started",
        "PROTOCOL, 502 UPSTREAM_PROTOCOL upstream_protocol_error",
    })
    void failuresBecomeAnswers(Kind kind, String outcome) {
        forward("10.1.0.1").events.onFailure(UpstreamFailure.of(kind, "test"));
        assertThat(kit.ended).containsExactly(outcome);
    }

    @Test
    void failureAfterTheHeadResetsTheClient() {
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")));
        kit.install();
        Client client = kit.send("GET", "/", true);
        kit.calls.getFirst().answer(200, false);
        kit.calls.getFirst().events.onFailure(new UpstreamFailure(Kind.RESET, ResetCode.CANCEL, "test"));
        assertThat(client.saw).containsExactly("head 200", "reset CANCEL");
    }

    @Test
    void noEndpointIs503() {
        kit.rule("/", EngineKit.forward(kit.backend("cart")));
        kit.install();
        kit.send("GET", "/", true);
        assertThat(kit.ended).containsExactly("503 NO_HEALTHY_UPSTREAM no_healthy_upstream");
    }

    @Test
    void refusedStreamIsTriedElsewhereUnasked() {
        SeenCall first = forward("10.1.0.1", "10.1.0.2");
        first.events.onFailure(UpstreamFailure.of(Kind.REFUSED, "test"));
        kit.loop.run();
        assertThat(kit.calls).hasSize(2);
        assertThat(kit.calls.get(1).target.host()).isNotEqualTo(first.target.host());
        kit.calls.get(1).answer(200, true);
        assertThat(kit.ended).containsExactly("200 - ");
    }

    private static RetryIr retry(int attempts, int maxBytes) {
        return new RetryIr(
                attempts,
                Set.of(503),
                Set.of(),
                Set.of(RetryIr.Condition.CONNECT_FAILURE, RetryIr.Condition.ATTEMPT_TIMEOUT),
                Duration.ofMillis(10),
                Duration.ofMillis(100),
                maxBytes);
    }

    @Test
    void listedStatusIsRetriedWithTheBody() {
        kit.rule(
                "/",
                EngineKit.forward(kit.backend("cart", "10.1.0.1", "10.1.0.2")),
                TimeoutsIr.DEFAULT,
                Optional.of(retry(2, 100)));
        kit.install();
        Client client = kit.send("POST", "/", false);
        client.data("ab", false);
        client.data("cd", true);
        kit.calls.getFirst().answer(503, true);
        kit.loop.pass(Duration.ofMillis(11));
        assertThat(kit.calls.get(1).saw).containsExactly("head POST /", "data ab", "data cd end");
        kit.calls.get(1).answer(200, true);
        assertThat(client.saw).containsExactly("head 200 end");
    }

    @Test
    void theLastAnswerPassesWhenRetriesAreUsedUp() {
        kit.rule(
                "/",
                EngineKit.forward(kit.backend("cart", "10.1.0.1")),
                TimeoutsIr.DEFAULT,
                Optional.of(retry(1, 100)));
        kit.install();
        Client client = kit.send("GET", "/", true);
        kit.calls.getFirst().answer(503, true);
        kit.loop.pass(Duration.ofMillis(11));
        kit.calls.get(1).answer(503, true, "x-last", "1");
        assertThat(client.saw).containsExactly("head 503 end");
        assertThat(Objects.requireNonNull(client.head).header("x-last")).isEqualTo("1");
    }

    @Test
    void aBodyBeyondTheBoundIsNotRetried() {
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")), TimeoutsIr.DEFAULT, Optional.of(retry(1, 3)));
        kit.install();
        Client client = kit.send("POST", "/", false);
        client.data("abcd", true);
        kit.calls.getFirst().answer(503, true);
        kit.loop.pass(Duration.ofSeconds(1));
        assertThat(kit.calls).hasSize(1);
        assertThat(client.saw).containsExactly("head 503 end");
    }

    @Test
    void attemptTimeoutIsRetriedAndRequestTimeoutEnds() {
        TimeoutsIr timeouts = new TimeoutsIr(Duration.ofMillis(500), Duration.ofMillis(200), Duration.ZERO);
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")), timeouts, Optional.of(retry(5, 100)));
        kit.install();
        kit.send("GET", "/", true);
        for (int i = 0; i < 150; i++) {
            kit.loop.pass(Duration.ofMillis(4));
        }
        assertThat(kit.calls.size()).isBetween(2, 3);
        assertThat(kit.calls.getFirst().saw).contains("reset CANCEL");
        assertThat(kit.ended).containsExactly("504 UPSTREAM_TIMEOUT response_timeout");
    }

    @ParameterizedTest(name = "request complete: {0} gives {1}")
    @CsvSource({"true, 504 IDLE_TIMEOUT stream_idle_timeout", "false, 408 IDLE_TIMEOUT stream_idle_timeout"})
    void idleExchangesEnd(boolean complete, String outcome) {
        TimeoutsIr timeouts = new TimeoutsIr(Duration.ZERO, Duration.ZERO, Duration.ofMillis(100));
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")), timeouts, Optional.empty());
        kit.install();
        Client client = kit.send("POST", "/", complete);
        for (int i = 0; i < 24; i++) {
            kit.loop.pass(Duration.ofMillis(4));
        }
        assertThat(kit.ended).isEmpty();
        if (!complete) {
            client.data("still here", false);
            kit.loop.pass(Duration.ofMillis(20));
            assertThat(kit.ended).isEmpty();
        }
        for (int i = 0; i < 40; i++) {
            kit.loop.pass(Duration.ofMillis(4));
        }
        assertThat(kit.ended).containsExactly(outcome);
    }

    @Test
    void aFullUpstreamStopsTheClientAndAFullClientStopsTheUpstream() {
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")));
        kit.install();
        Client client = kit.send("POST", "/", false);
        SeenCall call = kit.calls.getFirst();
        call.full = true;
        client.data("x", false);
        assertThat(client.paused).isTrue();
        call.full = false;
        call.events.onWritable();
        assertThat(client.paused).isFalse();
        call.answer(200, false);
        client.full = true;
        call.body("y", false);
        assertThat(call.paused).isTrue();
        client.full = false;
        client.events().onWritable();
        assertThat(call.paused).isFalse();
    }

    @Test
    void aClientThatGoesAwayCancelsTheUpstream() {
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")));
        kit.install();
        kit.send("POST", "/", false).events().onReset(ResetCode.CANCEL);
        assertThat(kit.calls.getFirst().saw).contains("reset CANCEL");
        assertThat(kit.ended).containsExactly("0 CLIENT_GONE downstream_reset");
        assertThat(kit.store.current().pinned()).isZero();
    }

    @Test
    void anEarlyAnswerEndsTheExchange() {
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")));
        kit.install();
        Client client = kit.send("POST", "/", false);
        kit.calls.getFirst().answer(413, true);
        client.data("late", true);
        assertThat(client.saw).containsExactly("head 413 end");
        assertThat(kit.calls.getFirst().saw).doesNotContain("data late end");
    }

    @Test
    void aBrokenRuleIs500AndARedirectNamesItsTarget() {
        kit.rule("/broken", new ActionIr.Broken("Service shop/none does not exist"));
        kit.rule(
                "/old",
                new ActionIr.Redirect(
                        Optional.of("https"),
                        Optional.of("new.example"),
                        Optional.empty(),
                        Optional.of(new ActionIr.PathRewriteIr.Prefix("/old", "/new")),
                        301));
        kit.install();
        assertThat(kit.send("GET", "/broken", true).saw.getFirst()).isEqualTo("head 500");
        Client client = kit.send("GET", "/old/x?q=1", true);
        assertThat(Objects.requireNonNull(client.head).header("location")).isEqualTo("https://new.example/new/x?q=1");
    }
}
