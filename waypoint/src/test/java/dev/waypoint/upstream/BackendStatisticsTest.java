package dev.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.ir.BackendSettingsIr.OutlierIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.message.ConnectionEvents;
import dev.waypoint.observe.Exposition;
import dev.waypoint.observe.Meters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is counted of each endpoint, and what becomes of it when the endpoints change. */
class BackendStatisticsTest {

    private static final BackendId ID = BackendId.of("default", "cart", 80);

    private static BackendIr endpoints(int count) {
        return endpoints(count, Optional.empty());
    }

    private static BackendIr endpoints(int count, Optional<OutlierIr> outlier) {
        BackendSettingsIr usual = BackendSettingsIr.DEFAULT;
        return new BackendIr(
                ID,
                new ResourceRef("", "Service", "default", "cart"),
                BackendIr.Protocol.AUTO,
                Optional.empty(),
                IntStream.range(0, count)
                        .mapToObj(i -> new EndpointIr("10.0.0." + i, 80, "", 1, EndpointIr.State.READY, Map.of()))
                        .toList(),
                new BackendSettingsIr(
                        usual.balancing(),
                        usual.slowStart(),
                        usual.zone(),
                        usual.limits(),
                        usual.connectTimeout(),
                        usual.idleTimeout(),
                        outlier,
                        usual.health(),
                        usual.retryBudget()));
    }

    private final Backend backend = new Backend(endpoints(2), System::nanoTime);

    @Test
    void connectionsAreCountedByEndpointAndOutliveChanges() {
        Endpoint first = backend.endpoints().getFirst();
        ConnectionEvents told = first.target(false).connections();
        told.opened();
        told.opened();
        told.closed();
        told.failed();
        backend.update(endpoints(3));
        Endpoint same = backend.endpoints().getFirst();
        assertThat(same.target(false).connections()).isSameAs(told);
        assertThat(same.target(true).connections()).isSameAs(told);
        assertThat(same.connections().open()).isEqualTo(1);
        assertThat(same.connections().connects()).isEqualTo(2);
        assertThat(same.connections().failures()).isEqualTo(1);
        assertThat(backend.endpoints().getLast().connections().connects()).isZero();
    }

    @Test
    void anUnchangedEndpointKeepsItsTargetAndWithItItsConnections() {
        var before = backend.endpoints().getFirst().target(false);
        backend.update(endpoints(3));
        assertThat(backend.endpoints().getFirst().target(false)).isEqualTo(before);
    }

    @Test
    void theLatencyFollowsTheAnswers() {
        Endpoint endpoint = backend.endpoints().getFirst();
        assertThat(endpoint.latency()).isZero();
        endpoint.answered(Duration.ofMillis(10).toNanos());
        assertThat(endpoint.latency()).isEqualTo(Duration.ofMillis(10));
        for (int i = 0; i < 200; i++) {
            endpoint.answered(Duration.ofMillis(30).toNanos());
        }
        assertThat(endpoint.latency()).isBetween(Duration.ofMillis(29), Duration.ofMillis(30));
    }

    @Test
    void metricsGrowWithBackendsAndNotWithEndpoints() {
        Meters meters = new Meters();
        meters.backend(ID, backend.meters());
        backend.endpoints()
                .forEach(endpoint -> endpoint.target(false).connections().opened());
        backend.endpoints().getLast().ejected(true);
        try (Exposition exposition = new Exposition(meters)) {
            List<String> before = upstream(exposition);
            assertThat(before)
                    .contains(
                            "waypoint_upstream_connections{backend=\"default/cart:80\"} 2.0",
                            "waypoint_upstream_endpoints{backend=\"default/cart:80\",state=\"ready\"} 1.0",
                            "waypoint_upstream_endpoints{backend=\"default/cart:80\",state=\"ejected\"} 1.0",
                            "waypoint_upstream_events_total{backend=\"default/cart:80\",event=\"connect\"} 2.0");
            backend.update(endpoints(200));
            assertThat(upstream(exposition)).hasSameSizeAs(before);
        }
    }

    @Test
    void anEjectionIsCounted() {
        backend.update(endpoints(2, Optional.of(new OutlierIr(2, Duration.ofSeconds(30), Duration.ofSeconds(30), 50))));
        Meters meters = new Meters();
        meters.backend(ID, backend.meters());
        Endpoint first = backend.endpoints().getFirst();
        backend.outliers().failed(first);
        backend.outliers().failed(first);
        assertThat(first.ejected()).isTrue();
        try (Exposition exposition = new Exposition(meters)) {
            assertThat(upstream(exposition))
                    .contains("waypoint_upstream_events_total{backend=\"default/cart:80\",event=\"ejection\"} 1.0");
        }
    }

    private static List<String> upstream(Exposition exposition) {
        return exposition
                .scrape()
                .lines()
                .filter(line -> line.startsWith("waypoint_upstream_"))
                .toList();
    }
}
