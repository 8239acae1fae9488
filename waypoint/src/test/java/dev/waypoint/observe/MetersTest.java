package dev.waypoint.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.Finding.Severity;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.CallMeters;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.ir.BackendId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class MetersTest {

    private final Meters meters = new Meters();

    private String scrape() {
        try (Exposition exposition = new Exposition(meters)) {
            return exposition.scrape();
        }
    }

    private static long value(String page, String... parts) {
        return page.lines()
                .filter(line -> !line.startsWith("#"))
                .filter(line -> List.of(parts).stream().allMatch(line::contains))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private void finish(FinishedExchange exchange, int times) {
        for (int i = 0; i < times; i++) {
            meters.exchanges().onStart();
            meters.exchanges().onEnd(exchange);
        }
    }

    @Test
    void exchangesAreCountedByWhereTheyWentAndWhatWasAnswered() {
        finish(FakeExchange.served(), 3);
        finish(FakeExchange.failed(ReplyCause.NO_ROUTE, 404), 2);
        meters.exchanges().onStart();

        String page = scrape();

        assertThat(value(
                        page,
                        "waypoint_requests_total{",
                        "code=\"200\"",
                        "route=\"HTTPRoute default/shop\"",
                        "flag=\"-\""))
                .isEqualTo(3);
        assertThat(value(page, "waypoint_requests_total{", "code=\"404\"", "flag=\"NR\""))
                .isEqualTo(2);
        assertThat(value(page, "istio_requests_total{", "destination_service_name=\"shop\"", "response_code=\"200\""))
                .isEqualTo(3);
        assertThat(value(page, "waypoint_request_duration_seconds_bucket", "le=\"0.025\"", "rule=\"0\""))
                .isEqualTo(3);
        assertThat(value(page, "waypoint_request_duration_seconds_bucket", "le=\"0.01\"", "rule=\"0\""))
                .isZero();
        assertThat(value(page, "waypoint_response_body_bytes_total", "rule=\"0\""))
                .isEqualTo(15);
        assertThat(value(page, "waypoint_requests_active ")).isEqualTo(1);
    }

    @Test
    void countersGoOnWhenARuleIsReplacedByAnEqualOne() {
        finish(FakeExchange.served(), 1);
        finish(new FakeExchange("/", 200, Optional.empty(), Optional.of(FakeExchange.rule("shop")), ""), 1);
        finish(new FakeExchange("/", 200, Optional.empty(), Optional.of(FakeExchange.rule("other")), ""), 1);

        String page = scrape();

        assertThat(value(page, "waypoint_requests_total{", "default/shop\"")).isEqualTo(2);
        assertThat(value(page, "waypoint_requests_total{", "default/other\"")).isEqualTo(1);
    }

    @Test
    void talksOfFiltersAreCountedByPeerAndPhase() {
        CallMeters calls = meters.filters().calls("ext-proc", "shop/edit");
        CallMeters.Phase phase = calls.phase("request_headers");
        calls.phase("never_used");
        phase.sent(100);
        phase.sent(50);
        phase.received(20);
        phase.answered(80_000);
        phase.answered(120_000_000_000L);
        calls.opened();
        calls.unanswered(2);
        calls.unanswered(-1);
        calls.held(512);
        calls.blocked(1);
        assertThat(meters.filters().calls("ext-proc", "shop/edit")).isSameAs(calls);
        assertThat(phase.answers()).isEqualTo(2);
        assertThat(phase.meanNanos()).isEqualTo(60_000_040_000L);

        String page = scrape();

        String peer = "peer=\"shop/edit\"";
        assertThat(value(page, "call_messages_total{", peer, "phase=\"request_headers\"", "way=\"sent\""))
                .isEqualTo(2);
        assertThat(value(page, "call_bytes_total{", peer, "way=\"sent\"")).isEqualTo(150);
        assertThat(value(page, "call_bytes_total{", peer, "way=\"received\"")).isEqualTo(20);
        assertThat(value(page, "call_duration_seconds_bucket{", peer, "le=\"5.0E-5\""))
                .isZero();
        assertThat(value(page, "call_duration_seconds_bucket{", peer, "le=\"1.0E-4\""))
                .isEqualTo(1);
        assertThat(value(page, "call_duration_seconds_bucket{", peer, "le=\"+Inf\""))
                .isEqualTo(2);
        assertThat(value(page, "waypoint_filter_calls_active{", peer)).isEqualTo(1);
        assertThat(value(page, "waypoint_filter_calls_blocked{", peer)).isEqualTo(1);
        assertThat(value(page, "waypoint_filter_call_messages_unanswered{", peer))
                .isEqualTo(1);
        assertThat(value(page, "waypoint_filter_call_held_bytes{", peer)).isEqualTo(512);
        assertThat(page).doesNotContain("never_used");
    }

    @Test
    void eventLoopsCountByThemselvesAndAreSummedUp() throws Exception {
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            loops.add(Thread.ofPlatform().start(() -> finish(FakeExchange.served(), 1000)));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(value(scrape(), "waypoint_requests_total{", "code=\"200\"")).isEqualTo(4000);
        assertThat(meters.exchanges().started()).isEqualTo(4000);
        assertThat(meters.exchanges().active()).isZero();
    }

    @Test
    void statusesBeyondNumberDoNotGrowWithoutBound() {
        for (int status = 200; status < 1000; status++) {
            finish(new FakeExchange("/", status, Optional.empty(), Optional.of(FakeExchange.RULE), ""), 1);
        }
        String page = scrape();

        assertThat(page.lines().filter(line -> line.startsWith("waypoint_requests_total{")))
                .hasSizeLessThan(300);
        assertThat(value(page, "waypoint_requests_total{")).isEqualTo(800);
    }

    @Test
    void whatHappensToBackendsFiltersAndConfigurationIsShown() {
        BackendMeters backend = new BackendMeters();
        backend.connected();
        backend.retried();
        meters.backend(BackendId.of("default", "shop", 80), backend);
        ResourceRef owner = new ResourceRef("waypoint.dev", "HttpFilter", "default", "f");
        meters.filters().verdicts("cors", owner).replied();
        meters.filters().event("cors", owner, "preflight").add(5);
        meters.filters().timer("cors", owner, "asked").record(1_000_000);
        meters.filters().timer("cors", owner, "asked").record(2_000_000);
        LongSupplier five = () -> 5;
        FilterEnvironment.Registration shared = meters.filters().gauge("cors", owner, "held", five);
        meters.filters().gauge("cors", owner, "held", five);
        meters.filters().gauge("cors", owner, "held", () -> 7);
        meters.filters().gauge("cors", owner, "held", () -> 100).close();
        shared.close();
        meters.configInstalled(new Meters.ConfigFacts(3, 1000, 12, Map.of(Severity.ERROR, 2)));

        String page = scrape();

        assertThat(value(page, "waypoint_upstream_events_total", "default/shop:80", "\"retry\""))
                .isEqualTo(1);
        assertThat(value(page, "waypoint_filter_verdicts_total", "cors", "\"reply\""))
                .isEqualTo(1);
        assertThat(value(page, "waypoint_filter_events_total", "preflight")).isEqualTo(5);
        assertThat(value(page, "waypoint_filter_values", "held")).isEqualTo(12);
        assertThat(value(page, "waypoint_filter_seconds_count", "asked")).isEqualTo(2);
        assertThat(value(page, "waypoint_config_version ")).isEqualTo(3);
        assertThat(value(page, "waypoint_config_findings", "error")).isEqualTo(2);
        assertThat(value(page, "waypoint_config_findings", "warning")).isZero();
    }

    @Test
    void everyMetricOfOursIsOnTheReferencePage() throws Exception {
        Path page = Path.of("..", "docs", "metrics.md");
        String expected = MetricReference.page();
        if (Boolean.getBoolean("waypoint.update")) {
            Files.writeString(page, expected);
        }
        assertThat(Files.readString(page))
                .as("docs/metrics.md; -Dwaypoint.update=true writes it anew")
                .isEqualTo(expected);
    }
}
