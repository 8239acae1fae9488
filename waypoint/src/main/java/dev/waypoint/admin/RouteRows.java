package dev.waypoint.admin;

import dev.waypoint.admin.ConfigDump.Row;
import dev.waypoint.explain.MatchText;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RoutingIr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The routes as a table, in the order in which they are asked. */
final class RouteRows {

    private RouteRows() {}

    static List<Row> of(RoutingIr ir) {
        List<Row> rows = new ArrayList<>();
        for (ListenerIr listener : ir.listeners()) {
            for (HostIr host : listener.hosts()) {
                for (RouteIr route : host.routes()) {
                    rows.add(row(listener, host, route));
                }
            }
        }
        return rows;
    }

    private static Row row(ListenerIr listener, HostIr host, RouteIr route) {
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put("listener", listener.id());
        cells.put("port", Integer.toString(listener.port()));
        cells.put("host", host.hostname());
        cells.put("match", MatchText.of(route.match()));
        cells.put("route", route.rule().route().toString());
        cells.put("rule", route.rule().name());
        cells.put(
                "filters", route.rule().filters().stream().map(FilterIr::filter).collect(Collectors.joining(" ")));
        cells.put("action", action(route.rule().action()));
        return new Row(cells);
    }

    private static String action(ActionIr action) {
        return switch (action) {
            case ActionIr.Forward forward ->
                forward.backends().stream()
                        .map(backend ->
                                backend.backend().map(BackendId::toString).orElse("(invalid)")
                                        + (forward.backends().size() > 1 ? " x" + backend.weight() : ""))
                        .collect(Collectors.joining(" "));
            case ActionIr.Redirect redirect -> "redirect " + redirect.status();
            case ActionIr.DirectReply reply -> "reply " + reply.status();
            case ActionIr.NotFound _ -> "404";
            case ActionIr.Broken broken -> "500 " + broken.message();
        };
    }
}
