package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.HeaderRoutingIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import dev.waypoint.source.envoy.FilterUse.RouteRates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one {@code Route}. Mostly it becomes one of ours; a split whose parts differ in more than the cluster becomes several. */
final class Routes {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final RouteContext context;
    private final RouteScope scope;
    private final ResourceRef ref;
    private final String name;

    /**
     * @param ref the virtual host
     * @param name the route's name in it
     */
    Routes(RouteContext context, RouteScope scope, ResourceRef ref, String name) {
        this.context = context;
        this.scope = scope;
        this.ref = ref;
        this.name = name;
    }

    /**
     * What a route's requests have in common.
     *
     * @param levels what configures the filters
     * @param rates the rate limits
     * @param edits the levels that edit headers, in order
     * @param rewrite the change of path and host
     * @param times what bounds the exchange
     * @param retry when an attempt is made again
     * @param upgrades whether upgrades pass
     */
    private record Common(
            Levels levels,
            RouteRates rates,
            List<Message> edits,
            Optional<FilterDraft> rewrite,
            TimeoutsIr times,
            Optional<RetryIr> retry,
            boolean upgrades) {}

    List<RouteIr> read(Message route) {
        MatchIr match = Matches.route(route.child("match"));
        route.harmless("name", "metadata", "stat_prefix");
        route.noEffect("tracing", "tracing is set with the proxy's own options");
        route.noEffect("decorator", "tracing is set with the proxy's own options");
        Levels levels = scope.levels().with(route, ref);
        String kind = route.oneOf("route", "redirect", "direct_response", "non_forwarding_action", "filter_action")
                .orElse("");
        return switch (kind) {
            case "route" -> forward(route, match, levels);
            case "redirect" -> fixed(route, match, Redirects.read(route.child("redirect"), match), levels);
            case "direct_response" -> fixed(route, match, direct(route.child("direct_response")), levels);
            default -> {
                route.problems().error(route.path(), kind, "expected route, redirect or direct_response");
                yield List.of();
            }
        };
    }

    private static ActionIr direct(Message response) {
        int status = (int) response.number("status", 200, 200, 599);
        String body = response.message("body").flatMap(DataSources::text).orElse("");
        return new ActionIr.DirectReply(status, Map.of(), body);
    }

    private List<RouteIr> fixed(Message route, MatchIr match, ActionIr action, Levels levels) {
        ListenerFacts listener = context.listener();
        TimeoutsIr times = new TimeoutsIr(listener.requestTimeout(), Duration.ZERO, listener.idle(), Duration.ZERO);
        Common common = new Common(
                levels,
                scope.rates(),
                scope.edits(route),
                Optional.empty(),
                times,
                Optional.empty(),
                listener.upgrades());
        return List.of(new RouteIr(match, rule(route, common, action, Optional.empty())));
    }

    private List<RouteIr> forward(Message route, MatchIr match, Levels levels) {
        Message action = route.child("route");
        inert(action);
        Common common = common(route, action, match, levels);
        Destinations destinations = new Destinations(context, action, scope.knownClusters());
        String kind =
                action.oneOf("cluster", "cluster_header", "weighted_clusters").orElse("");
        return switch (kind) {
            case "cluster" -> one(route, match, common, destinations.only(), Optional.empty());
            case "cluster_header" ->
                one(
                        route,
                        match,
                        common,
                        destinations.forward(List.of()),
                        Optional.of(destinations.byHeader(action.required("cluster_header"))));
            case "weighted_clusters" -> split(route, match, common, action.child("weighted_clusters"), destinations);
            default -> {
                action.problems().error(action.path(), kind, "expected cluster, cluster_header or weighted_clusters");
                yield List.of();
            }
        };
    }

    private Common common(Message route, Message action, MatchIr match, Levels levels) {
        int buffer = route.cappedCount(
                "request_body_buffer_limit",
                route.cappedCount(
                        "per_request_buffer_limit_bytes", context.listener().bufferBytes()));
        Optional<Message> policy = action.message("retry_policy").or(scope::retryPolicy);
        RouteRates rates = new RouteRates(
                action.messages("rate_limits"),
                scope.rates().virtualHost(),
                action.flag("include_vh_rate_limits", false));
        return new Common(
                levels,
                rates,
                scope.edits(route),
                Rewrites.read(action, match, ref, context.clusters()),
                times(action, policy),
                policy.flatMap(found -> Retries.read(found, buffer)),
                upgrades(action));
    }

    private static void inert(Message action) {
        action.harmless("priority", "cluster_not_found_response_code", "early_data_policy", "metadata_match");
        action.noEffect("append_x_forwarded_host", "x-forwarded-host is set by the listener's own rules");
        action.noEffect("internal_redirect_policy", "redirects of an upstream go to the client");
        action.noEffect("hedge_policy", "requests are not hedged");
        action.noEffect("cors", "use the cors filter with typed_per_filter_config");
        action.noEffect("max_grpc_timeout", "grpc-timeout does not change the route's timeout");
        action.noEffect("grpc_timeout_offset", "grpc-timeout does not change the route's timeout");
        action.noEffect("rate_limit_policy", "not supported");
    }

    private TimeoutsIr times(Message action, Optional<Message> retry) {
        Message stream = action.child("max_stream_duration");
        stream.noEffect("grpc_timeout_header_max", "grpc-timeout does not change the route's timeout");
        stream.noEffect("grpc_timeout_header_offset", "grpc-timeout does not change the route's timeout");
        return new TimeoutsIr(
                stream.duration("max_stream_duration").orElse(context.listener().requestTimeout()),
                retry.flatMap(policy -> policy.duration("per_try_timeout")).orElse(Duration.ZERO),
                action.duration("idle_timeout").orElse(context.listener().idle()),
                action.duration("timeout").orElse(TIMEOUT));
    }

    private boolean upgrades(Message action) {
        List<Message> configs = action.messages("upgrade_configs");
        return configs.isEmpty() ? context.listener().upgrades() : Upgrades.any(configs);
    }

    private List<RouteIr> one(
            Message route, MatchIr match, Common common, ActionIr action, Optional<HeaderRoutingIr> byHeader) {
        return List.of(new RouteIr(match, rule(route, common, action, byHeader)));
    }

    /** A split over clusters. Where the parts differ in filters or headers, each gets a route that takes its share. */
    private List<RouteIr> split(
            Message route, MatchIr match, Common common, Message weighted, Destinations destinations) {
        weighted.harmless("total_weight", "runtime_key_prefix");
        weighted.noEffect("header_name", "the part is drawn at random");
        weighted.noEffect("use_hash_policy", "the part is drawn at random");
        List<Message> parts = weighted.messages("clusters");
        long total = parts.stream().mapToLong(destinations::weight).sum();
        if (total == 0) {
            weighted.error("clusters", "expected at least one cluster with a weight above 0");
            return List.of();
        }
        if (parts.stream().noneMatch(Destinations::isSpecial)) {
            return one(
                    route,
                    match,
                    common,
                    destinations.forward(
                            parts.stream().map(destinations::weighted).toList()),
                    Optional.empty());
        }
        List<RouteIr> out = new ArrayList<>();
        double share = match.millionths() / 1e6;
        double left = 1;
        for (Message part : parts) {
            double wanted = share * destinations.weight(part) / total;
            int millionths = (int) Math.min(1_000_000, Math.round(1e6 * wanted / left));
            left = Math.max(1e-9, left - wanted);
            if (millionths > 0) {
                MatchIr narrowed = new MatchIr(
                        match.path(), match.method(), match.headers(), match.query(), match.grpcOnly(), millionths);
                out.add(new RouteIr(
                        narrowed, rule(route, part(common, part), destinations.alone(part), Optional.empty())));
            }
        }
        return out;
    }

    private Common part(Common common, Message part) {
        List<Message> edits = new ArrayList<>(common.edits());
        edits.add(scope.mostSpecificLast() ? edits.size() : 0, part);
        return new Common(
                common.levels().with(part, ref),
                common.rates(),
                edits,
                Rewrites.host(part, ref).or(common::rewrite),
                common.times(),
                common.retry(),
                common.upgrades());
    }

    private RuleIr rule(Message route, Common common, ActionIr action, Optional<HeaderRoutingIr> byHeader) {
        List<FilterDraft> drafts = new ArrayList<>(context.filters().drafts(common.levels(), common.rates()));
        HeaderEdits.read(common.edits(), ref, route.path()).ifPresent(drafts::add);
        common.rewrite().ifPresent(drafts::add);
        return new RuleIr(
                ref,
                name,
                context.catalog().bind(drafts),
                action,
                common.times(),
                common.retry(),
                Optional.empty(),
                byHeader,
                common.upgrades());
    }
}
