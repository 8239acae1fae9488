package dev.waypoint.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.engine.EngineKit.Client;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.Verdict;
import dev.waypoint.ir.FilterIr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Exchanges with filters: order, verdicts, sessions, enforcement. */
class ChainTest {

    private final CompletableFuture<Verdict> pending = new CompletableFuture<>();
    private final List<String> log = new ArrayList<>();

    /** What a test filter does. */
    enum Does {
        NEXT,
        REPLY,
        LATER,
        REROUTE,
        THROW
    }

    /** Its configuration; the name tells two filters apart. */
    record Config(String name, Does does) {}

    private final class Marking implements FilterFactory<Config> {
        @Override
        public FilterKind<Config> kind() {
            return new FilterKind<>("marking", Placement.in(Stage.TRANSFORM), Config.class, "Marks heads.");
        }

        @Override
        public HttpFilter create(Config config, FilterEnvironment environment) {
            return new HeadersFilter() {
                @Override
                public Verdict onRequest(RequestHead request, Exchange exchange) {
                    log.add("request " + config.name());
                    request.headers().add("x-mark", config.name());
                    return switch (config.does()) {
                        case NEXT -> Verdict.next();
                        case REPLY -> Verdict.reply(LocalReply.of(418, ReplyCause.FILTER, "teapot"));
                        case LATER -> Verdict.later(pending);
                        case REROUTE -> {
                            request.path("/second");
                            yield Verdict.reroute();
                        }
                        case THROW -> throw new IllegalStateException("a bug");
                    };
                }

                @Override
                public void onResponse(ResponseHead response, Exchange exchange) {
                    log.add("response " + config.name());
                    response.headers().add("x-mark", config.name());
                }
            };
        }
    }

    /** What a test session asks for. */
    record StreamConfig(boolean whole, int maxBytes) {}

    private final class Shouting implements FilterFactory<StreamConfig> {
        @Override
        public FilterKind<StreamConfig> kind() {
            return new FilterKind<>("shouting", Placement.in(Stage.PROCESS), StreamConfig.class, "Shouts bodies.");
        }

        @Override
        public HttpFilter create(StreamConfig config, FilterEnvironment environment) {
            BodyDemand demand = config.whole() ? BodyDemand.whole(config.maxBytes()) : BodyDemand.chunks();
            return new StreamFilter() {
                @Override
                public BodyDemand requestCeiling() {
                    return demand;
                }

                @Override
                public BodyDemand responseCeiling() {
                    return demand;
                }

                @Override
                public StreamSession open(Exchange exchange) {
                    return new Shouter(demand);
                }
            };
        }
    }

    private final class Shouter implements StreamSession {
        private final BodyDemand demand;

        Shouter(BodyDemand demand) {
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

        private static HttpData shout(HttpData data) {
            return HttpData.ofUtf8(data.toStringUtf8().toUpperCase(Locale.ROOT));
        }

        @Override
        public void onRequestData(HttpData data, boolean end, RequestFlow flow) {
            flow.data(shout(data), end);
        }

        @Override
        public void onResponseData(HttpData data, boolean end, ResponseFlow flow) {
            flow.data(shout(data), end);
        }

        @Override
        public void onEnd() {
            log.add("session over");
        }
    }

    private final EngineKit kit = new EngineKit(new Marking(), new Shouting());

    private static FilterIr marking(String name, Does does) {
        return EngineKit.filter("marking", new Config(name, does));
    }

    private Client run(FilterIr... filters) {
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.1.0.1")), filters);
        kit.install();
        return kit.send("POST", "/", false);
    }

    @Test
    void requestsPassInOrderAndResponsesInReverse() {
        Client client = run(marking("a", Does.NEXT), marking("b", Does.NEXT));
        kit.calls.getFirst().answer(200, true);
        assertThat(log).containsExactly("request a", "request b", "response b", "response a");
        assertThat(kit.calls.getFirst().head.headers().getAll("x-mark")).containsExactly("a", "b");
        assertThat(Objects.requireNonNull(client.head).headers().getAll("x-mark"))
                .containsExactly("b", "a");
    }

    @Test
    void anAnswerPassesAllFiltersOnItsWayBack() {
        Client client = run(marking("a", Does.REPLY), marking("b", Does.NEXT));
        assertThat(log).containsExactly("request a", "response b", "response a");
        assertThat(client.saw).containsExactly("head 418 end");
        assertThat(kit.calls).isEmpty();
    }

    @Test
    void aBugIs500AndNeverFailsOpen() {
        Client client = run(marking("a", Does.THROW));
        assertThat(client.saw.getFirst()).isEqualTo("head 500");
        assertThat(kit.calls).isEmpty();
    }

    @Test
    void dataWaitsBehindAHeadThatWaits() {
        Client client = run(marking("a", Does.LATER));
        client.data("early", true);
        assertThat(kit.calls).isEmpty();
        assertThat(client.paused).isTrue();
        pending.complete(Verdict.next());
        assertThat(kit.calls.getFirst().saw).containsExactly("head POST /", "data early end");
        assertThat(client.paused).isFalse();
    }

    @Test
    void reroutingRunsNoFilterTwice() {
        kit.rule("/second", EngineKit.forward(kit.backend("second", "10.2.0.1")), marking("c", Does.NEXT));
        Client client = run(marking("a", Does.REROUTE), EngineKit.filter("shouting", new StreamConfig(false, 0)));
        assertThat(kit.calls.getFirst().target.host()).isEqualTo("10.2.0.1");
        assertThat(log).startsWith("request a").doesNotContain("request c");
        kit.calls.getFirst().answer(200, true);
        assertThat(client.saw).containsExactly("head 200 end");
    }

    @Test
    void sessionsChangeBodiesPieceByPiece() {
        Client client = run(EngineKit.filter("shouting", new StreamConfig(false, 0)), marking("a", Does.NEXT));
        client.data("ab", false);
        client.events().onTrailers(HttpHeaders.of("t", "1"));
        kit.calls.getFirst().answer(200, false);
        kit.calls.getFirst().body("cd", true);
        assertThat(kit.calls.getFirst().saw).containsExactly("head POST /", "data AB", "trailers [t=1]");
        assertThat(client.saw).containsExactly("head 200", "data CD end");
        assertThat(log).containsExactly("request a", "response a", "session over");
    }

    @Test
    void wholeBodiesComeAsOneAndTheHeadWaits() {
        Client client = run(EngineKit.filter("shouting", new StreamConfig(true, 10)));
        client.data("ab", false);
        assertThat(kit.calls).isEmpty();
        client.data("cd", true);
        assertThat(kit.calls.getFirst().saw).containsExactly("head POST /", "data ABCD end");
    }

    @Test
    void aBodyBeyondTheDemandIs413() {
        Client client = run(EngineKit.filter("shouting", new StreamConfig(true, 3)));
        client.data("abcd", true);
        assertThat(client.saw.getFirst()).isEqualTo("head 413");
        assertThat(kit.calls).isEmpty();
        assertThat(log).containsExactly("session over");
    }

    @Test
    void shadowDecisionsAreCountedOnly() {
        FilterIr shadow = EngineKit.filter("marking", new Config("s", Does.REPLY), new Enforcement.Shadow());
        FilterIr session = EngineKit.filter("shouting", new StreamConfig(false, 0), new Enforcement.Shadow());
        Client client = run(shadow, session);
        client.data("ab", true);
        kit.calls.getFirst().answer(200, true);
        assertThat(kit.calls.getFirst().head.headers().contains("x-mark")).isFalse();
        assertThat(kit.calls.getFirst().saw).containsExactly("head POST /", "data ab end");
        assertThat(client.saw).containsExactly("head 200 end");
        assertThat(log).contains("request s", "session over");
    }

    @Test
    void aShareOfZeroNeverRunsAndOneOfAllAlwaysRuns() {
        FilterIr never = EngineKit.filter("marking", new Config("never", Does.REPLY), new Enforcement.Sampled(0));
        FilterIr always =
                EngineKit.filter("marking", new Config("always", Does.NEXT), new Enforcement.Sampled(1_000_000));
        Client client = run(never, always);
        kit.calls.getFirst().answer(200, true);
        assertThat(log).containsExactly("request always", "response always");
        assertThat(client.saw).containsExactly("head 200 end");
    }

    @Test
    void filtersBeforeRoutingTakePartInRouting() {
        kit.preRouting.add(marking("pre", Does.NEXT));
        kit.rule("/second", EngineKit.forward(kit.backend("second", "10.2.0.1")));
        run(marking("a", Does.NEXT));
        assertThat(log).containsExactly("request pre", "request a");
    }

    @Test
    void filtersSeeTheAnswerForTheServerAsAWholeButNotTheRequest() {
        kit.preRouting.add(marking("pre", Does.NEXT));
        kit.install();
        assertThat(kit.send("OPTIONS", "*", true).saw).containsExactly("head 404 end");
        assertThat(log).containsExactly("response pre");
    }

    @Test
    void instancesSurviveAChangeOfSomethingElse() {
        run(marking("a", Does.NEXT));
        Object before = firstFilter();
        kit.rule("/more", EngineKit.forward(kit.backend("more", "10.3.0.1")));
        kit.install();

        assertThat(firstFilter()).isSameAs(before);
    }

    private Object firstFilter() {
        var port = Objects.requireNonNull(kit.store.current().ports().get(":80"));
        var table = port.listeners().getFirst().hosts().find("any").orElseThrow();
        return Objects.requireNonNull(
                table.routes().getFirst().rule().chain().entry(0).headers());
    }
}
