package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import dev.waypoint.config.DurationText;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.MatchIr.ParameterIr;
import dev.waypoint.ir.MatchIr.PathIr;
import dev.waypoint.ir.MatchIr.ValueIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RuleIr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the routes of a listener as HTTPRoutes, and their filters as HttpFilters. */
final class RouteConversion {

    private static final int RULES_PER_ROUTE = 16;
    private static final String GROUP = "waypoint.dev";

    private final Conversion out;
    private final ListenerIr listener;
    private final Map<FilterIr, FilterDraft> drafts;
    private final Map<FilterIr, String> written = new LinkedHashMap<>();

    RouteConversion(Conversion out, ListenerIr listener, Map<FilterIr, FilterDraft> drafts) {
        this.out = out;
        this.listener = listener;
        this.drafts = drafts;
    }

    /** What becomes of filters that policies can say. */
    private record Twins(LimitTwins limits, ProcessorTwins processors) {
        boolean isNamed(RoutePart part, int rule) {
            return limits.isNamed(part.routes().get(rule)) || processors.isNamed(part, rule);
        }
    }

    void convert() {
        Map<List<RouteIr>, List<String>> hosts = new LinkedHashMap<>();
        for (HostIr host : listener.hosts()) {
            List<RouteIr> routes = host.routes().stream()
                    .filter(route -> !(route.rule().action() instanceof ActionIr.NotFound))
                    .toList();
            if (!routes.isEmpty()) {
                hosts.computeIfAbsent(routes, key -> new ArrayList<>()).add(host.hostname());
            }
        }
        List<RoutePart> parts = new ArrayList<>();
        hosts.forEach((routes, names) -> parts.addAll(parts(routes, names)));
        String gateway = Conversion.name(listener.owner().name());
        Twins twins = new Twins(new LimitTwins(gateway, parts, drafts), new ProcessorTwins(gateway, parts, drafts));
        parts.forEach(part -> route(part, gateway, twins));
        twins.limits().write(out);
        twins.processors().write(out);
    }

    private List<RoutePart> parts(List<RouteIr> routes, List<String> hostnames) {
        String base = Conversion.name(
                listener.owner().name(), routes.getFirst().rule().route().name());
        if (routes.size() > 1) {
            out.loss("HTTPRoute " + base
                    + ": rules are matched by the precedence of the Gateway API (exact path, longest prefix,"
                    + " method, headers), not in the order in which they are written");
        }
        List<RoutePart> parts = new ArrayList<>();
        for (int from = 0; from < routes.size(); from += RULES_PER_ROUTE) {
            String name = from == 0 ? base : Conversion.name(base, String.valueOf(from / RULES_PER_ROUTE + 1));
            parts.add(new RoutePart(
                    name, hostnames, routes.subList(from, Math.min(routes.size(), from + RULES_PER_ROUTE))));
        }
        return parts;
    }

    private void route(RoutePart part, String gateway, Twins twins) {
        ObjectNode spec = out.object("gateway.networking.k8s.io/v1", "HTTPRoute", part.name())
                .putObject("spec");
        spec.putArray("parentRefs").addObject().put("name", gateway);
        if (!part.hostnames().contains("*")) {
            ArrayNode names = spec.putArray("hostnames");
            part.hostnames().forEach(names::add);
        }
        ArrayNode rules = spec.putArray("rules");
        for (int i = 0; i < part.routes().size(); i++) {
            ObjectNode rule = rules.addObject();
            if (twins.isNamed(part, i)) {
                rule.put("name", LimitTwins.ruleName(i));
            }
            rule(part.routes().get(i), part.name(), rule, twins);
        }
    }

    private void rule(RouteIr route, String owner, ObjectNode rule, Twins twins) {
        String place = "HTTPRoute " + owner + ", rule " + route.rule().name();
        match(route.match(), place, rule.putArray("matches").addObject());
        RuleIr ir = route.rule();
        ArrayNode filters = rule.putArray("filters");
        List<String> kinds = ir.filters().stream().map(FilterIr::filter).toList();
        for (FilterIr filter : ir.filters()) {
            filter(filter, route, owner, kinds, twins, filters);
        }
        action(ir, place, owner, rule, filters);
        if (filters.isEmpty()) {
            rule.remove("filters");
        }
        Duration request = ir.timeouts().response().isZero()
                ? ir.timeouts().request()
                : ir.timeouts().response();
        if (!request.isZero() && ir.action() instanceof ActionIr.Forward) {
            ObjectNode timeouts = rule.putObject("timeouts").put("request", DurationText.print(request));
            if (!ir.timeouts().attempt().isZero()) {
                timeouts.put("backendRequest", DurationText.print(ir.timeouts().attempt()));
            }
        }
        ir.retry().ifPresent(retry -> {
            ObjectNode node = rule.putObject("retry").put("attempts", retry.attempts());
            node.put("backoff", DurationText.print(retry.backoff()));
            ArrayNode codes = node.putArray("codes");
            retry.statuses().stream().sorted().forEach(codes::add);
        });
    }

    /** A filter of a rule: as the Gateway API or one of our policies says it, else as an object of its own. */
    private void filter(
            FilterIr filter, RouteIr route, String owner, List<String> kinds, Twins twins, ArrayNode filters) {
        FilterDraft draft = drafts.get(filter);
        CoreTwins.Twin core = draft == null ? CoreTwins.Twin.none("") : CoreTwins.of(draft, route.match(), kinds);
        if (!core.filters().isEmpty()) {
            core.filters().forEach(filters::add);
            return;
        }
        String reason = core.reason();
        if (filter.filter().equals(LocalRateLimits.FILTER)) {
            if (draft != null && LimitTwins.isOff(draft.config())) {
                return;
            }
            Optional<String> why = twins.limits().reason(filter);
            if (why.isEmpty()) {
                return;
            }
            reason = why.get();
        } else if (filter.filter().equals(LocalRateLimits.RULES_FILTER)) {
            reason = "makes descriptors, which policies do not have";
        } else if (filter.filter().equals(ExtProcFilters.FILTER)) {
            Optional<String> why = twins.processors().reason(filter);
            if (why.isEmpty()) {
                return;
            }
            reason = why.get();
        }
        extension(filters, filter(filter, owner, reason));
    }

    private void match(MatchIr match, String place, ObjectNode node) {
        ObjectNode path = node.putObject("path");
        switch (match.path()) {
            case PathIr.Exact exact -> path.put("type", "Exact").put("value", exact.value());
            case PathIr.Prefix prefix -> path.put("type", "PathPrefix").put("value", prefix.value());
            case PathIr.TextPrefix text -> textPrefix(text.value(), path);
            case PathIr.Regex regex -> path.put("type", "RegularExpression").put("value", regex.value());
        }
        match.method().ifPresent(method -> node.put("method", method));
        parameters(match.headers(), place, node, "headers");
        parameters(match.query(), place, node, "queryParams");
        if (match.grpcOnly()) {
            out.loss(place + ": matches all requests, not gRPC calls only; a GRPCRoute does");
        }
        if (match.millionths() < 1_000_000) {
            out.loss(place + ": takes all requests, not " + match.millionths() + " of a million; use weights");
        }
    }

    /** Whole path elements are what people mean by a prefix that ends with a slash. */
    private static void textPrefix(String prefix, ObjectNode path) {
        if (prefix.isEmpty() || prefix.endsWith("/")) {
            path.put("type", "PathPrefix").put("value", prefix.isEmpty() ? "/" : prefix);
        } else {
            path.put("type", "RegularExpression").put("value", Pattern.quote(prefix) + ".*");
        }
    }

    private void parameters(List<ParameterIr> list, String place, ObjectNode node, String field) {
        for (ParameterIr parameter : list) {
            if (parameter.invert()) {
                out.loss(place + ": the inverted condition on '" + parameter.name() + "' is left out");
                continue;
            }
            String regex = switch (parameter.value()) {
                case ValueIr.Exact exact -> exact.ignoreCase() ? "(?i)" + Pattern.quote(exact.value()) : "";
                case ValueIr.Prefix prefix -> Pattern.quote(prefix.value()) + ".*";
                case ValueIr.Suffix suffix -> ".*" + Pattern.quote(suffix.value());
                case ValueIr.Contains part -> ".*" + Pattern.quote(part.value()) + ".*";
                case ValueIr.Regex expression -> expression.value();
                case ValueIr.Present present -> ".*";
                case ValueIr.Range range -> {
                    out.loss(place + ": the range of '" + parameter.name() + "' became any number");
                    yield "-?[0-9]+";
                }
            };
            ObjectNode condition = node.withArray(field).addObject();
            condition
                    .put("type", regex.isEmpty() ? "Exact" : "RegularExpression")
                    .put("name", parameter.name());
            condition.put("value", regex.isEmpty() ? ((ValueIr.Exact) parameter.value()).value() : regex);
        }
    }

    private void action(RuleIr ir, String place, String owner, ObjectNode rule, ArrayNode filters) {
        switch (ir.action()) {
            case ActionIr.Forward forward -> forward(forward, place, owner, rule, filters);
            case ActionIr.Redirect redirect -> redirect(redirect, place, filters);
            case ActionIr.DirectReply reply -> {
                String name = Conversion.name(owner, ir.name(), "reply");
                ObjectNode config = httpFilter(name, "direct-response", "");
                config.put("status", reply.status()).put("body", reply.body());
                extension(filters, name);
            }
            case ActionIr.NotFound none -> {}
            case ActionIr.Broken broken -> out.loss(place + ": " + broken.message());
        }
        if (ir.headerRouting().isPresent()) {
            out.loss(place + ": backends by the header '"
                    + ir.headerRouting().get().header() + "' need a TrafficPolicy with headerRouting");
        }
    }

    private void forward(ActionIr.Forward forward, String place, String owner, ObjectNode rule, ArrayNode filters) {
        ArrayNode refs = rule.putArray("backendRefs");
        for (ActionIr.WeightedIr backend : forward.backends()) {
            if (backend.backend().isEmpty()) {
                out.loss(place + ": " + backend.problem());
                continue;
            }
            ObjectNode ref = refs.addObject();
            ref.put("name", Conversion.name(backend.backend().get().service()));
            ref.put("port", backend.backend().get().port());
            if (forward.backends().size() > 1) {
                ref.put("weight", backend.weight());
            }
            backend.filters()
                    .forEach(filter ->
                            extension(ref.withArray("filters"), filter(filter, owner, "it belongs to a backend")));
            if (!backend.subset().isEmpty()) {
                out.loss(place + ": the subset " + backend.subset() + " needs a TrafficPolicy");
            }
        }
        forward.mirrors().forEach(mirror -> {
            ObjectNode node = filters.addObject().put("type", "RequestMirror").putObject("requestMirror");
            ObjectNode ref = node.putObject("backendRef");
            ref.put("name", Conversion.name(mirror.backend().service()))
                    .put("port", mirror.backend().port());
            node.putObject("fraction").put("numerator", mirror.numerator()).put("denominator", mirror.denominator());
        });
    }

    private void redirect(ActionIr.Redirect redirect, String place, ArrayNode filters) {
        ObjectNode node = filters.addObject().put("type", "RequestRedirect").putObject("requestRedirect");
        redirect.scheme().ifPresent(value -> node.put("scheme", value));
        redirect.hostname().ifPresent(value -> node.put("hostname", value));
        redirect.port().ifPresent(value -> node.put("port", value));
        node.put("statusCode", redirect.status());
        redirect.path().ifPresent(path -> {
            ObjectNode change = node.putObject("path");
            switch (path) {
                case ActionIr.PathRewriteIr.Full full ->
                    change.put("type", "ReplaceFullPath").put("replaceFullPath", full.path());
                case ActionIr.PathRewriteIr.Prefix prefix ->
                    change.put("type", "ReplacePrefixMatch").put("replacePrefixMatch", prefix.replacement());
                case ActionIr.PathRewriteIr.Text text ->
                    change.put("type", "ReplacePrefixMatch").put("replacePrefixMatch", text.replacement());
                case ActionIr.PathRewriteIr.Regex regex -> {
                    node.remove("path");
                    out.loss(place + ": the redirect by the expression " + regex.pattern() + " is left out");
                }
            }
        });
        if (redirect.dropQuery()) {
            out.loss(place + ": the redirect keeps the query");
        }
    }

    /** The name of the HttpFilter that stands for a filter; filters that are equal share one. */
    private String filter(FilterIr filter, String owner, String reason) {
        String known = written.get(filter);
        if (known != null) {
            return known;
        }
        String name = Conversion.name(owner, filter.filter(), String.valueOf(written.size() + 1));
        FilterDraft draft = drafts.get(filter);
        ObjectNode config = httpFilter(name, filter.filter(), reason);
        if (draft != null) {
            config.setAll(draft.config().deepCopy());
            named(config);
        }
        written.put(filter, name);
        return name;
    }

    /** References name Services of the same namespace here. */
    private static void named(ObjectNode config) {
        if (config.path("provider").path("backendRef") instanceof ObjectNode ref) {
            ref.put("name", Conversion.name(ref.path("name").asText()));
            ref.remove("namespace");
        }
    }

    private ObjectNode httpFilter(String name, String filter, String reason) {
        String why = reason.isEmpty() ? "the Gateway API has no filter that says this" : reason;
        ObjectNode spec = out.object(GROUP + "/v1alpha1", "HttpFilter", name, "An HttpFilter, because " + why + ".")
                .putObject("spec");
        spec.put("filter", filter);
        return spec.putObject("config");
    }

    private static void extension(ArrayNode filters, String name) {
        ObjectNode ref = filters.addObject().put("type", "ExtensionRef").putObject("extensionRef");
        ref.put("group", GROUP).put("kind", "HttpFilter").put("name", name);
    }
}
