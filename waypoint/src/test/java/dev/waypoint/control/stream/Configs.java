package dev.waypoint.control.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import dev.waypoint.ir.TlsIr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Gateway {@code shop/edge} with many routes on one host name, in the order of their paths. Each change makes new records. */
public final class Configs {

    static final FilterCatalog CATALOG = FilterCatalog.installed(Configs::unexpected);
    static final ResourceRef GATEWAY = gateway("shop", "edge");
    static final BackendId CART = BackendId.of("shop", "cart", 80);

    private final Map<Integer, RouteIr> routes = new HashMap<>();
    private int port = 18080;
    private int backendPort = 8080;
    private String endpoint = "10.1.0.1";
    private Optional<TlsIr> tls = Optional.empty();

    public Configs(int count) {
        for (int i = 0; i < count; i++) {
            routes.put(i, route(i, "/p%05d".formatted(i), "v" + i));
        }
    }

    static ResourceRef gateway(String namespace, String name) {
        return new ResourceRef("gateway.networking.k8s.io", "Gateway", namespace, name);
    }

    private static void unexpected(Finding finding) {
        throw new IllegalStateException(finding.toString());
    }

    /** Route 3 gets another path, which may move it to another place. */
    public Configs path(String path) {
        routes.put(3, route(3, path, "v3"));
        return this;
    }

    /** Route 3 sets another header. */
    public Configs header(String value) {
        routes.put(3, route(3, "/p00003", value));
        return this;
    }

    /** One of the endpoints gets another address. */
    public Configs endpoint(String address) {
        endpoint = address;
        return this;
    }

    /** All endpoints are this one. */
    public Configs backend(int port) {
        backendPort = port;
        endpoint = "";
        return this;
    }

    public Configs listener(int port) {
        this.port = port;
        return this;
    }

    public Configs certificate(String chain, String key) {
        tls = Optional.of(new TlsIr(List.of(new TlsIr.CertificateIr(chain, key)), Optional.empty()));
        return this;
    }

    public RoutingIr ir() {
        List<RouteIr> sorted = new ArrayList<>(routes.values());
        sorted.sort(Comparator.comparing(route -> route.match().path().value()));
        ListenerIr listener = new ListenerIr(
                GATEWAY,
                "http",
                Optional.of("127.0.0.1"),
                port,
                tls.isPresent() ? ListenerIr.Protocol.HTTPS : ListenerIr.Protocol.HTTP,
                "",
                tls,
                List.of(),
                List.of(new HostIr("*", sorted)),
                ListenerSettingsIr.DEFAULT);
        return new RoutingIr(List.of(listener), Map.of(CART, backend()));
    }

    private BackendIr backend() {
        List<EndpointIr> endpoints = endpoint.isEmpty()
                ? List.of(endpoint("127.0.0.1", backendPort))
                : List.of(endpoint("10.0.0.1", 80), endpoint("10.0.0.2", 80), endpoint(endpoint, 80));
        return new BackendIr(
                CART,
                new ResourceRef("", "Service", "shop", "cart"),
                BackendIr.Protocol.AUTO,
                Optional.empty(),
                endpoints,
                BackendSettingsIr.DEFAULT);
    }

    private static EndpointIr endpoint(String host, int port) {
        return new EndpointIr(host, port, "", 1, EndpointIr.State.READY, Map.of());
    }

    private static RouteIr route(int number, String path, String header) {
        ResourceRef ref = new ResourceRef("gateway.networking.k8s.io", "HTTPRoute", "shop", "route-" + number);
        ActionIr.WeightedIr cart = new ActionIr.WeightedIr(Optional.of(CART), "", 1, List.of(), Map.of());
        RuleIr rule = new RuleIr(
                ref,
                "0",
                List.of(headers(ref, header)),
                new ActionIr.Forward(List.of(cart), List.of()),
                TimeoutsIr.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
        return new RouteIr(
                new MatchIr(new MatchIr.PathIr.Prefix(path), Optional.empty(), List.of(), List.of(), false), rule);
    }

    private static FilterIr headers(ResourceRef ref, String value) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putObject("request")
                .putArray("set")
                .addObject()
                .put("name", "x-route")
                .put("value", value);
        Record read = CATALOG.readConfig("header-modifier", config, ref, "", "", Configs::unexpected)
                .orElseThrow();
        return new FilterIr("header-modifier", read, ref, "", Enforcement.enforced(), Map.of());
    }
}
