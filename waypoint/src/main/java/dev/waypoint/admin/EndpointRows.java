package dev.waypoint.admin;

import dev.waypoint.admin.ConfigDump.Row;
import dev.waypoint.plan.RoutingSnapshot;
import dev.waypoint.upstream.Backend;
import dev.waypoint.upstream.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The endpoints of all backends as a table. */
final class EndpointRows {

    private EndpointRows() {}

    static List<Row> of(RoutingSnapshot snapshot) {
        List<Row> rows = new ArrayList<>();
        snapshot.backends().values().stream()
                .sorted(Comparator.comparing(backend -> backend.id().toString()))
                .forEach(backend -> {
                    if (backend.endpoints().isEmpty()) {
                        rows.add(row(backend));
                    }
                    backend.endpoints().forEach(endpoint -> rows.add(row(backend, endpoint)));
                });
        return rows;
    }

    private static Row row(Backend backend) {
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put("backend", backend.id().toString());
        cells.put("endpoint", "none");
        return new Row(cells);
    }

    private static Row row(Backend backend, Endpoint endpoint) {
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put("backend", backend.id().toString());
        cells.put("endpoint", endpoint.address());
        cells.put("state", endpoint.ir().state().name());
        cells.put("healthy", Boolean.toString(endpoint.healthy()));
        cells.put("ejected", Boolean.toString(endpoint.ejected()));
        cells.put("active", Integer.toString(endpoint.active()));
        cells.put("requests", Long.toString(endpoint.requests()));
        cells.put("failures", Long.toString(endpoint.failures()));
        cells.put("latency", millis(endpoint.latency()));
        cells.put("connections", Long.toString(endpoint.connections().open()));
        cells.put("connects", Long.toString(endpoint.connections().connects()));
        cells.put("connectFailures", Long.toString(endpoint.connections().failures()));
        cells.put("zone", endpoint.ir().zone());
        cells.put("weight", Integer.toString(endpoint.ir().weight()));
        return new Row(cells);
    }

    private static String millis(Duration latency) {
        return latency.isZero() ? "" : String.format(Locale.ROOT, "%.1f ms", latency.toNanos() / 1e6);
    }
}
