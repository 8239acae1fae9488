package dev.waypoint.filter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.StreamedReply;
import dev.waypoint.filter.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class FilterHarnessTest {

    private static FilterHarness harness(HeadersFilter filter) {
        return FilterHarness.of(filter, new FakeEnvironment());
    }

    private static FilterHarness harness(BodyDemand request, BodyDemand response, Supplier<StreamSession> sessions) {
        return FilterHarness.of(
                new StreamFilter() {
                    @Override
                    public BodyDemand requestCeiling() {
                        return request;
                    }

                    @Override
                    public BodyDemand responseCeiling() {
                        return response;
                    }

                    @Override
                    public StreamSession open(Exchange exchange) {
                        return sessions.get();
                    }
                },
                new FakeEnvironment());
    }

    private static final class Asking implements StreamSession {
        private final BodyDemand demand;

        Asking(BodyDemand demand) {
            this.demand = demand;
        }

        @Override
        public BodyDemand requestDemand() {
            return demand;
        }

        @Override
        public BodyDemand responseDemand() {
            return demand;
        }
    }

    private static FilterHarness asking(BodyDemand demand) {
        return harness(demand, demand, () -> new Asking(demand));
    }

    @Test
    void laterVerdictsResumeOnTheLoop() {
        CompletableFuture<Verdict> outcome = new CompletableFuture<>();
        FilterHarness harness = harness(new HeadersFilter() {
            @Override
            public Verdict onRequest(RequestHead request, Exchange exchange) {
                return Verdict.later(outcome);
            }
        });
        DrivenExchange exchange = harness.send("GET", "/");
        outcome.complete(Verdict.reroute());
        assertThat(exchange.toUpstream().head()).isEmpty();
        harness.loop().run();
        assertThat(exchange.reroutes()).isEqualTo(1);
        assertThat(exchange.toUpstream().isEnded()).isTrue();
    }

    @Test
    void failedLaterVerdictsAnswer500() {
        FilterHarness harness = harness(new HeadersFilter() {
            @Override
            public Verdict onRequest(RequestHead request, Exchange exchange) {
                return Verdict.later(CompletableFuture.failedFuture(new IllegalStateException("broken")));
            }
        });
        assertThat(harness.send("GET", "/").replied().status()).isEqualTo(500);
    }

    @Test
    void wholeBodiesComeAsOnePiece() {
        FilterHarness harness = asking(BodyDemand.whole(10));
        DrivenExchange exchange = harness.exchange("POST", "/")
                .sendHead(false)
                .sendData("ab", false)
                .sendData("cd", true);
        assertThat(exchange.toUpstream().pieces()).containsExactly("abcd");
        exchange.respondHead(200, false).respondData("12345678901", false);
        assertThat(exchange.replied().status()).isEqualTo(500);
    }

    @Test
    void partialBodiesComeAsAFirstPieceAndTheRest() {
        FilterHarness harness = asking(new BodyDemand.Whole(3, BodyDemand.Overflow.PARTIAL));
        DrivenExchange exchange = harness.exchange("POST", "/")
                .sendHead(false)
                .sendData("ab", false)
                .sendData("cd", false)
                .sendData("ef", true);
        assertThat(exchange.toUpstream().pieces()).containsExactly("abcd", "ef");
    }

    @Test
    void bodiesThatNobodyWantsPassBy() {
        DrivenExchange exchange = asking(BodyDemand.none())
                .exchange("POST", "/")
                .sendHead(false)
                .sendData("a", false)
                .sendTrailers("x", "1");
        assertThat(exchange.toUpstream().body()).isEqualTo("a");
        assertThat(exchange.toUpstream().trailers().orElseThrow().get("x")).isEqualTo("1");
    }

    @Test
    void timersRunAtTheirOwnTime() {
        FilterHarness harness = asking(BodyDemand.none());
        StringBuilder log = new StringBuilder();
        var _ = harness.loop()
                .schedule(
                        () -> log.append(harness.environment().time().nanoTime() / 1_000_000),
                        5,
                        TimeUnit.MILLISECONDS);
        harness.pass(Duration.ofMillis(4));
        assertThat(log).isEmpty();
        assertThat(harness.loop().hasTimers()).isTrue();
        harness.pass(Duration.ofMillis(10));
        assertThat(log).hasToString("5");
    }

    @Test
    void showsPausesWritabilityAndStreamedReplies() {
        FilterHarness harness = harness(BodyDemand.chunks(), BodyDemand.chunks(), () -> new StreamSession() {
            @Override
            public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
                flow.pause();
                StreamedReply reply = flow.reply(new ResponseHead(200, HttpHeaders.builder()), false);
                reply.data(HttpData.ofUtf8("a"), false);
                reply.trailers(HttpHeaders.of("x-t", "1"));
            }

            @Override
            public void onRequestWritable(RequestFlow flow) {
                flow.resume();
            }
        });
        DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false);
        assertThat(exchange.isRequestPaused()).isTrue();
        exchange.upstreamWritable(false).upstreamWritable(true);
        assertThat(exchange.isRequestPaused()).isFalse();
        assertThat(exchange.toClient().body()).isEqualTo("a");
        assertThat(exchange.toClient().trailers()).isPresent();
    }

    @Test
    void findsBrokenOrder() {
        FilterHarness early = harness(BodyDemand.chunks(), BodyDemand.none(), () -> new StreamSession() {
            @Override
            public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
                flow.data(HttpData.ofUtf8("too early"), true);
            }
        });
        assertThatThrownBy(() -> early.send("GET", "/")).hasMessage("the filter passed data on before the head");
        FilterHarness twice = harness(BodyDemand.chunks(), BodyDemand.none(), () -> new StreamSession() {
            @Override
            public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
                flow.reply(LocalReply.of(400, ReplyCause.FILTER, "one"));
                flow.reply(LocalReply.of(400, ReplyCause.FILTER, "two"));
            }
        });
        assertThatThrownBy(() -> twice.send("GET", "/")).hasMessageContaining("answered twice");
        FilterHarness late = harness(BodyDemand.none(), BodyDemand.chunks(), () -> new StreamSession() {
            @Override
            public void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
                flow.head(true);
                flow.trailers(HttpHeaders.of());
            }
        });
        assertThatThrownBy(() -> late.send("GET", "/").respondHead(200, false))
                .hasMessage("the filter passed trailers on after the end");
    }

    @Test
    void givesUpWaiting() {
        assertThatThrownBy(() -> asking(BodyDemand.none()).await(() -> false, Duration.ofMillis(20)))
                .hasMessage("it did not happen within PT0.02S");
    }
}
