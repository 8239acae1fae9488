package dev.waypoint.gatewayapi;

import dev.waypoint.api.BackendRef;
import dev.waypoint.api.HttpFilter;
import dev.waypoint.api.HttpFilter.Phase;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.api.RouteFilter;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.ActionIr.MirrorIr;
import dev.waypoint.ir.ActionIr.WeightedIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Translates the filters and backends of one rule, of either kind of route. */
final class RuleBuilder {

    private final View view;
    private final Resource<?> route;
    private final FilterCompiler compiler;
    private final FilterPolicies policies;
    private final BackendRefs backendRefs;
    private final boolean mesh;
    private final String path;
    private final Target target;

    final List<ChainFilter> filters = new ArrayList<>();
    final List<Problem> unresolved = new ArrayList<>();
    final List<Problem> incompatible = new ArrayList<>();
    final List<Problem> dropped = new ArrayList<>();
    final Set<BackendId> backends = new HashSet<>();
    final Set<ResourceRef> usedFilters = new HashSet<>();
    private final List<MirrorIr> mirrors = new ArrayList<>();
    private Optional<ActionIr.Redirect> redirect = Optional.empty();

    /**
     * @param mesh whether the route belongs to a Service
     * @param path where the rule stands
     * @param name the rule's name
     */
    RuleBuilder(View view, Resource<?> route, FilterCompiler compiler, boolean mesh, String path, String name) {
        this.view = view;
        this.route = route;
        this.compiler = compiler;
        this.policies = new FilterPolicies(compiler);
        this.backendRefs = new BackendRefs(view, route.ref(), mesh);
        this.mesh = mesh;
        this.path = path;
        this.target = new Target(route.ref(), name);
    }

    /** Adds the filters that are attached to the route and to the rule. */
    void attached(boolean named) {
        filters.addAll(policies.attached(Target.of(route.ref()), Level.ROUTE, Phase.POST_ROUTING, view));
        if (named) {
            filters.addAll(policies.attached(target, Level.RULE, Phase.POST_ROUTING, view));
        }
    }

    /**
     * Adds the rule's own filters.
     *
     * @param prefix what the rule's only match takes, if that is a prefix
     */
    void inline(List<RouteFilter> wanted, Optional<String> prefix) {
        for (int i = 0; i < wanted.size(); i++) {
            RouteFilter filter = wanted.get(i);
            String place = path + ".filters[" + i + "]";
            switch (filter.type()) {
                case REQUEST_REDIRECT ->
                    filter.requestRedirect()
                            .ifPresentOrElse(
                                    one -> redirect = Optional.of(Redirects.of(one, prefix)),
                                    () -> missing(place, "requestRedirect"));
                case REQUEST_MIRROR ->
                    filter.requestMirror()
                            .ifPresentOrElse(
                                    one -> mirror(one, place + ".requestMirror"),
                                    () -> missing(place, "requestMirror"));
                case REQUEST_HEADER_MODIFIER,
                        RESPONSE_HEADER_MODIFIER,
                        URL_REWRITE,
                        CORS,
                        EXTERNAL_AUTH,
                        EXTENSION_REF -> filters.add(chainFilter(filter, place, i, prefix, target.toString()));
            }
        }
        incompatible.addAll(FilterRules.check(wanted, prefix, path));
    }

    private void missing(String place, String field) {
        incompatible.add(
                new Problem(Reasons.UNSUPPORTED_VALUE, place + "." + field, "", "required by the filter's type"));
    }

    private ChainFilter chainFilter(
            RouteFilter filter, String place, int order, Optional<String> prefix, String chainTarget) {
        if (filter.type() == RouteFilter.Type.EXTENSION_REF) {
            return extension(filter.extensionRef(), place + ".extensionRef", order, chainTarget);
        }
        Optional<CoreFilters.Builtin> builtin = CoreFilters.of(filter, prefix);
        if (builtin.isEmpty()) {
            missing(place, "configuration");
            return ChainFilter.broken(route.ref(), route, place + ": the field that belongs to its type is missing");
        }
        FilterCompiler.Compiled compiled = compiler.compile(
                new FilterCompiler.Wanted(
                        builtin.get().filter(),
                        builtin.get().config(),
                        place + "." + builtin.get().field(),
                        route.ref(),
                        chainTarget,
                        Enforcement.enforced()),
                view);
        for (Problem one : compiled.problems()) {
            if (one.reason().equals(Reasons.INVALID)) {
                dropped.add(one.because(Reasons.UNSUPPORTED_VALUE));
            } else {
                unresolved.add(one);
            }
        }
        String problem = compiled.problems().isEmpty()
                ? ""
                : route.ref() + ": " + compiled.problems().getFirst().message();
        return new ChainFilter(
                compiled.filter(), problem, compiled.placement(), Level.INLINE, 0, route, order, compiled.backends());
    }

    private ChainFilter extension(Optional<ObjectRef> wanted, String place, int order, String chainTarget) {
        if (wanted.isEmpty()) {
            missing(place, "name");
            return ChainFilter.broken(route.ref(), route, place + " is missing");
        }
        ObjectRef ref = wanted.get();
        if (!ref.group().equals(Kinds.WAYPOINT) || !ref.kindOr("").equals(Kinds.HTTP_FILTER.name())) {
            return unusable(new Problem(
                    Reasons.INVALID_KIND,
                    place,
                    ref.group() + "/" + ref.kindOr(""),
                    "expected " + Kinds.HTTP_FILTER + " of group " + Kinds.WAYPOINT));
        }
        ResourceRef named = Kinds.HTTP_FILTER.ref(route.namespace(), ref.name());
        Optional<Resource<HttpFilter>> object = view.find(Kinds.HTTP_FILTER, route.namespace(), ref.name());
        if (object.isEmpty()) {
            return unusable(
                    new Problem(Reasons.BACKEND_NOT_FOUND, place, named.toString(), "there is no such HttpFilter"));
        }
        usedFilters.add(named);
        ChainFilter filter = policies.filter(object.get(), chainTarget, Level.INLINE, order, view);
        if (filter.filter().isEmpty()) {
            unresolved.add(new Problem(Reasons.INVALID_KIND, place, named.toString(), filter.problem()));
        }
        return filter;
    }

    private ChainFilter unusable(Problem problem) {
        unresolved.add(problem);
        return ChainFilter.broken(route.ref(), route, problem.message());
    }

    private void mirror(RouteFilter.Mirror mirror, String place) {
        BackendRefs.Resolved resolved = backendRefs.resolve(mirror.backendRef(), place + ".backendRef");
        resolved.problem().ifPresent(unresolved::add);
        resolved.id().ifPresent(id -> {
            backends.add(id);
            int numerator = mirror.fraction()
                    .map(RouteFilter.Fraction::numerator)
                    .or(mirror::percent)
                    .orElse(100);
            int denominator =
                    mirror.fraction().map(RouteFilter.Fraction::denominator).orElse(100);
            mirrors.add(new MirrorIr(id, numerator, denominator));
        });
    }

    /** The action for the rule's backends. */
    ActionIr action(List<BackendRef> refs, boolean persistent) {
        if (redirect.isPresent()) {
            if (!refs.isEmpty()) {
                incompatible.add(new Problem(
                        Reasons.INCOMPATIBLE_FILTERS,
                        path + ".backendRefs",
                        "",
                        "a rule with a RequestRedirect has no backendRefs"));
            }
            return redirect.get();
        }
        if (refs.isEmpty()) {
            return new ActionIr.Broken(route.ref() + ": " + path + " has no backendRefs: nothing answers its requests");
        }
        List<WeightedIr> weighted = new ArrayList<>();
        for (int i = 0; i < refs.size(); i++) {
            weighted.add(weighted(refs.get(i), path + ".backendRefs[" + i + "]"));
        }
        if (!persistent && refs.stream().allMatch(ref -> ref.weight() == 0)) {
            return new ActionIr.Broken(route.ref() + ": all weights of " + path + ".backendRefs are 0");
        }
        return new ActionIr.Forward(weighted, mirrors);
    }

    private WeightedIr weighted(BackendRef ref, String place) {
        BackendRefs.Resolved resolved = backendRefs.resolve(ref.target(), place);
        resolved.problem().ifPresent(unresolved::add);
        resolved.id().ifPresent(backends::add);
        List<ChainFilter> all = new ArrayList<>();
        if (!mesh) {
            // In a mesh the request already came to a Service, and passed what is attached to it.
            resolved.id().ifPresent(id -> all.addAll(ofService(id)));
        }
        filters.stream().filter(ExtProcPolicies::disables).forEach(all::add);
        for (int i = 0; i < ref.filters().size(); i++) {
            RouteFilter filter = ref.filters().get(i);
            String at = place + ".filters[" + i + "]";
            if (filter.type() == RouteFilter.Type.REQUEST_REDIRECT
                    || filter.type() == RouteFilter.Type.REQUEST_MIRROR) {
                incompatible.add(new Problem(
                        Reasons.INCOMPATIBLE_FILTERS,
                        at + ".type",
                        "",
                        "a redirect or a mirror is not possible for one backend"));
            } else {
                all.add(chainFilter(filter, at, i, Optional.empty(), target + "/" + ref.name()));
            }
        }
        all.sort(ChainFilter.ORDER);
        List<ChainFilter> chain = ExtProcPolicies.withoutDisabled(all);
        chain.forEach(filter -> backends.addAll(filter.backends()));
        Optional<String> broken =
                ListenerLevel.broken(chain).or(() -> resolved.problem().map(Problem::message));
        List<FilterIr> ready =
                chain.stream().flatMap(filter -> filter.filter().stream()).toList();
        return broken.map(problem -> new WeightedIr(
                        Optional.empty(), route.ref() + ": " + problem, ref.weight(), List.of(), Map.of()))
                .orElseGet(() -> new WeightedIr(resolved.id(), "", ref.weight(), ready, Map.of()));
    }

    /** The filters that are attached to a Service, or to its port. */
    private List<ChainFilter> ofService(BackendId id) {
        ResourceRef service = Kinds.SERVICE.ref(id.namespace(), id.service());
        List<ChainFilter> found =
                new ArrayList<>(policies.attached(Target.of(service), Level.SERVICE, Phase.POST_ROUTING, view));
        view.find(Kinds.SERVICE, id.namespace(), id.service()).stream()
                .flatMap(object -> object.spec().ports().stream())
                .filter(port -> port.port() == id.port() && !port.name().isEmpty())
                .forEach(port -> found.addAll(
                        policies.attached(new Target(service, port.name()), Level.PORT, Phase.POST_ROUTING, view)));
        return found;
    }
}
