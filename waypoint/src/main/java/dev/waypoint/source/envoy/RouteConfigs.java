package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import dev.waypoint.source.envoy.FilterUse.RouteRates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads a {@code RouteConfiguration} into the hosts of a listener. */
final class RouteConfigs {

    /** How a vhost demands TLS, in the order of the numbers. */
    private enum TlsRequirement {
        NONE,
        EXTERNAL_ONLY,
        ALL
    }

    private static final MatchIr EVERYTHING =
            new MatchIr(new MatchIr.PathIr.TextPrefix(""), Optional.empty(), List.of(), List.of(), false);

    private final RouteContext context;
    private final ListenerFacts listener;

    RouteConfigs(RouteContext context) {
        this.context = context;
        listener = context.listener();
    }

    /** The hosts of a route configuration. {@code strict}: a route to an unknown cluster is an error, else it answers 503. */
    List<HostIr> read(Message config, boolean strict) {
        config.harmless("name", "validate_clusters", "max_direct_response_body_size_bytes", "metadata");
        config.harmless("ignore_port_in_host_matching", "ignore_path_parameters_in_path_matching");
        config.noEffect("vhds", "virtual hosts are read from virtual_hosts only");
        config.noEffect("request_mirror_policies", "set it on the route");
        ResourceRef ref = new ResourceRef(
                "envoy", "RouteConfiguration", "", listener.ref().name());
        RouteScope scope = new RouteScope(
                config,
                List.of(config),
                Levels.NONE.with(config, ref),
                config.flag("most_specific_header_mutations_wins", false),
                RouteRates.NONE,
                config.flag("validate_clusters", strict));
        Map<String, HostIr> hosts = new LinkedHashMap<>();
        for (Message host : config.messages("virtual_hosts")) {
            virtualHost(host, scope, hosts);
        }
        if (!hosts.containsKey("*")) {
            hosts.put("*", new HostIr("*", List.of(nowhere(scope.levels(), ref))));
        }
        return List.copyOf(hosts.values());
    }

    private void virtualHost(Message host, RouteScope above, Map<String, HostIr> hosts) {
        String name = host.required("name");
        host.harmless("metadata", "include_attempt_count_in_response", "include_is_timeout_retry_header");
        host.harmless("per_request_buffer_limit_bytes", "request_body_buffer_limit");
        host.noEffect("include_request_attempt_count", "x-envoy-attempt-count is not sent");
        host.noEffect("virtual_clusters", "virtual clusters have no statistics here");
        ResourceRef ref = new ResourceRef("envoy", "VirtualHost", listener.ref().name(), name);
        RouteScope scope = above.within(host, ref);
        List<RouteIr> routes = new ArrayList<>();
        tlsRedirect(host, ref).ifPresent(routes::add);
        List<Message> sources = host.messages("routes");
        for (int i = 0; i < sources.size(); i++) {
            String route = sources.get(i).text("name").orElse(String.valueOf(i));
            routes.addAll(new Routes(context, scope, ref, route).read(sources.get(i)));
        }
        routes.add(nowhere(scope.levels(), ref));
        List<String> domains = host.strings("domains");
        if (domains.isEmpty()) {
            host.error("domains", "expected at least one");
        }
        for (String domain : domains) {
            domain(host, domain).ifPresent(hostname -> {
                HostIr other = hosts.putIfAbsent(hostname, new HostIr(hostname, routes));
                if (other != null && !domain.contains(":") && !other.routes().equals(routes)) {
                    host.error("domains", "the domain " + domain + " is listed more than once");
                }
            });
        }
    }

    /** A domain as our host tables know it: ports do not count there. */
    private static Optional<String> domain(Message host, String domain) {
        if (domain.equals("*")) {
            return Optional.of("*");
        }
        String bare = domain;
        int colon = domain.lastIndexOf(':');
        if (colon > 0 && domain.substring(colon + 1).matches("[0-9]+|\\*")) {
            bare = domain.substring(0, colon);
        }
        if (bare.indexOf('*', 1) >= 0 || (bare.startsWith("*") && !bare.startsWith("*."))) {
            host.error("domains", "the domain " + domain + " is not supported: expected a name, *.suffix or *");
            return Optional.empty();
        }
        return Optional.of(bare.toLowerCase(Locale.ROOT));
    }

    private Optional<RouteIr> tlsRedirect(Message host, ResourceRef ref) {
        TlsRequirement requirement = host.choice("require_tls", TlsRequirement.class, TlsRequirement.NONE);
        if (requirement == TlsRequirement.NONE || listener.tls()) {
            return Optional.empty();
        }
        if (requirement == TlsRequirement.EXTERNAL_ONLY) {
            host.error("require_tls", "EXTERNAL_ONLY is not supported, expected NONE or ALL");
        }
        ActionIr action =
                new ActionIr.Redirect(Optional.of("https"), Optional.empty(), Optional.empty(), Optional.empty(), 301);
        return Optional.of(new RouteIr(EVERYTHING, rule(ref, "require-tls", List.of(), action)));
    }

    /** Where requests end that no route takes: in Envoy the filters run for them too. */
    private RouteIr nowhere(Levels levels, ResourceRef ref) {
        return new RouteIr(
                EVERYTHING,
                rule(ref, "no-route", context.filters().drafts(levels, RouteRates.NONE), new ActionIr.NotFound()));
    }

    private RuleIr rule(ResourceRef ref, String name, List<FilterDraft> drafts, ActionIr action) {
        return new RuleIr(
                ref,
                name,
                context.catalog().bind(drafts),
                action,
                new TimeoutsIr(Duration.ZERO, Duration.ZERO, listener.idle(), Duration.ZERO),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                listener.upgrades());
    }
}
