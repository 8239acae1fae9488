package dev.waypoint.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.observe.Trace;
import dev.waypoint.observe.TraceBook;
import org.junit.jupiter.api.Test;

/** A marked request leaves a trace, others do not. */
class TracedExchangeTest {

    private final EngineKit kit = new EngineKit();

    private EngineKit.SeenCall ask(String header, String value) {
        kit.send("GET", "/a", true, header, value);
        EngineKit.SeenCall call = kit.calls.getLast();
        call.answer(200, true);
        return call;
    }

    @Test
    void onlyMarkedRequestsAreTraced() {
        kit.rule("/", EngineKit.forward(kit.backend("cart", "10.0.0.1")));
        kit.install();
        assertThat(ask(TraceBook.HEADER, "before").head.header(TraceBook.HEADER))
                .isEqualTo("before");

        String mark = kit.traces.newMark();
        ask("x-other", "1");
        assertThat(ask(TraceBook.HEADER, mark).head.header(TraceBook.HEADER)).isEmpty();
        assertThat(ask(TraceBook.HEADER, "guessed").head.header(TraceBook.HEADER))
                .isEmpty();

        assertThat(kit.traces.traces()).singleElement().satisfies(trace -> {
            assertThat(trace.mark()).isEqualTo(mark);
            assertThat(trace.outcome().status()).isEqualTo(200);
            assertThat(trace.route()).isEqualTo(EngineKit.ROUTE.toString());
            assertThat(trace.steps())
                    .extracting(Trace.Step::text)
                    .anyMatch(text -> text.endsWith("takes the request"))
                    .contains("asks 10.0.0.1:8080", "answers", "is sent 200");
        });
    }
}
