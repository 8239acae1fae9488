package dev.waypoint.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownTablesTest {

    private static HostIr host(String name, String prefix) {
        RuleIr rule = new RuleIr(
                new ResourceRef("gateway.networking.k8s.io", "HTTPRoute", "shop", "cart"),
                "0",
                List.of(),
                new ActionIr.NotFound(),
                TimeoutsIr.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
        MatchIr match = new MatchIr(new MatchIr.PathIr.Prefix(prefix), Optional.empty(), List.of(), List.of(), false);
        return new HostIr(name, List.of(new RouteIr(match, rule)));
    }

    @Test
    void aHostIsFoundByIdentityOrEqualityWhateverItsName() {
        KnownTables tables = new KnownTables();
        HostIr first = host("a.example", "/x");
        RouteTable table = new RouteTable(List.of());
        RouteTable other = new RouteTable(List.of());
        tables.put(first, table);
        tables.put(host("a.example", "/y"), other);
        assertThat(tables.find(first)).containsSame(table);
        assertThat(tables.find(host("a.example", "/x"))).as("equal only").containsSame(table);
        assertThat(tables.find(host("a.example", "/y"))).containsSame(other);
        assertThat(tables.find(host("a.example", "/z"))).isEmpty();
        assertThat(tables.find(host("b.example", "/x"))).isEmpty();
    }
}
