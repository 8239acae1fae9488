package dev.waypoint.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where weights alone decide, filters of the rule know the backend, so that limits of its Service are asked with theirs. */
class EarlyChoiceTest {

    private final List<String> seen = new ArrayList<>();
    private final List<Runnable> ended = new ArrayList<>();
    private final EngineKit kit = new EngineKit(new Looking());

    /** What the filter does. */
    record Config(boolean rerouting) {}

    private final class Looking implements FilterFactory<Config> {
        @Override
        public FilterKind<Config> kind() {
            return new FilterKind<>("looking", Placement.in(Stage.LIMIT), Config.class, "Looks at the backend.");
        }

        @Override
        public HttpFilter create(Config config, FilterEnvironment environment) {
            return new HeadersFilter() {
                @Override
                public Verdict onRequest(RequestHead request, Exchange exchange) {
                    seen.add(exchange.route().orElseThrow().cluster());
                    exchange.onEnd(() -> ended.add(() -> {}));
                    if (config.rerouting) {
                        request.path("/second");
                        return Verdict.reroute();
                    }
                    return Verdict.next();
                }
            };
        }
    }

    private static ActionIr.WeightedIr weighted(BackendId id) {
        return new ActionIr.WeightedIr(Optional.of(id), "", 1, List.of(), Map.of());
    }

    @Test
    void theBackendThatFiltersSeeIsTheOneThatIsUsed() {
        ActionIr split = new ActionIr.Forward(
                List.of(weighted(kit.backend("one", "10.1.0.1")), weighted(kit.backend("two", "10.1.0.2"))), List.of());
        kit.rule("/", split, EngineKit.filter("looking", new Config(false)));
        kit.install();
        for (int i = 0; i < 60; i++) {
            kit.send("GET", "/", true);
            String expected = kit.calls.get(i).target.host().equals("10.1.0.1") ? "shop/one:80" : "shop/two:80";
            assertThat(seen.get(i)).isEqualTo(expected);
        }
        assertThat(new HashSet<>(seen)).hasSize(2);
        assertThat(ended).isEmpty();
        kit.calls.forEach(call -> call.answer(200, true));
        assertThat(ended).hasSize(60);
    }

    @Test
    void anotherRouteMeansAnotherChoice() {
        kit.rule(
                "/second",
                new ActionIr.Forward(
                        List.of(weighted(kit.backend("one", "10.1.0.1")), weighted(kit.backend("two", "10.1.0.2"))),
                        List.of()));
        kit.rule(
                "/",
                EngineKit.forward(kit.backend("first", "10.1.0.3")),
                EngineKit.filter("looking", new Config(true)));
        kit.install();
        for (int i = 0; i < 20; i++) {
            kit.send("GET", "/", true);
        }
        assertThat(seen).containsOnly("shop/first:80");
        assertThat(kit.calls).allSatisfy(call -> assertThat(call.target.host()).isIn("10.1.0.1", "10.1.0.2"));
    }
}
