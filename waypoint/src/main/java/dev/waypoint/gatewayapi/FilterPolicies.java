package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.waypoint.api.ExtProcPolicy;
import dev.waypoint.api.HttpFilter;
import dev.waypoint.api.HttpFilter.Phase;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.RateLimitPolicy;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The policies that stand for a filter, each as the filter that it stands for. */
final class FilterPolicies {

    /** The kinds of such policies. */
    static final List<Kind<?>> KINDS = List.of(Kinds.HTTP_FILTER, Kinds.RATE_LIMIT_POLICY, Kinds.EXT_PROC_POLICY);

    private static final JsonNode ENFORCED = JsonNodeFactory.instance.textNode("Enforced");

    private final FilterCompiler compiler;

    FilterPolicies(FilterCompiler compiler) {
        this.compiler = compiler;
    }

    /** A policy as a filter. */
    private record Form(
            String filter,
            JsonNode config,
            String path,
            JsonNode enforcement,
            int priority,
            Phase phase,
            ResourceRef referrer,
            List<Problem> problems) {}

    /** When the filter of a policy runs. */
    static Phase phase(Resource<?> policy) {
        return switch (policy.spec()) {
            case HttpFilter spec -> spec.phase();
            case ExtProcPolicy spec -> spec.phase();
            default -> Phase.POST_ROUTING;
        };
    }

    /** What is wrong with a policy in itself. */
    List<Problem> problems(Resource<?> policy, View view) {
        if (isOff(policy)) {
            return List.of();
        }
        return form(policy, view)
                .map(form -> compile(form, policy, "", view).problems())
                .orElse(List.of());
    }

    /** The filter that a policy is at a target. */
    ChainFilter filter(Resource<?> policy, String target, Level level, int order, View view) {
        if (isOff(policy)) {
            return new ChainFilter(
                    Optional.empty(), "", Placement.in(Stage.PROCESS), level, 0, policy, order, Set.of());
        }
        Form form = form(policy, view)
                .orElseThrow(() -> new IllegalArgumentException(policy.kind() + " does not stand for a filter"));
        FilterCompiler.Compiled compiled = compile(form, policy, target, view);
        String problem = compiled.problems().isEmpty()
                ? ""
                : policy.ref() + ": " + compiled.problems().getFirst().message();
        return new ChainFilter(
                compiled.filter(),
                problem,
                compiled.placement(),
                level,
                form.priority(),
                policy,
                order,
                compiled.backends());
    }

    /** The filters of one phase that are attached to a target, the invalid ones included. */
    List<ChainFilter> attached(Target target, Level level, Phase phase, View view) {
        List<ChainFilter> filters = new ArrayList<>();
        if (phase == Phase.POST_ROUTING) {
            view.policies(Kinds.UNREADABLE_POLICY, target).stream()
                    .filter(policy -> !policy.spec().policy().kind().equals(Kinds.BACKEND_TLS_POLICY.name()))
                    .forEach(policy -> filters.add(ChainFilter.unreadable(policy, level)));
        }
        for (Kind<?> kind : KINDS) {
            for (Resource<?> policy : view.policies(kind, target)) {
                // Where there is no phase before routing, such a policy is invalid and must not be passed over.
                boolean misplaced = phase == Phase.POST_ROUTING && level.compareTo(Level.LISTENER) > 0;
                if (phase(policy) == phase || misplaced) {
                    ChainFilter filter = filter(policy, target.toString(), level, 0, view);
                    if (filter.filter().isPresent() || !isShadow(policy)) {
                        filters.add(filter);
                    }
                }
            }
        }
        return filters;
    }

    /** An invalid filter that would not be obeyed anyway protects nothing, so nothing has to fail for it. */
    private static boolean isShadow(Resource<?> policy) {
        return switch (policy.spec()) {
            case HttpFilter spec -> isShadow(spec.enforcement());
            case RateLimitPolicy spec -> isShadow(spec.enforcement());
            case ExtProcPolicy spec -> spec.mode() == ExtProcPolicy.Mode.OBSERVE;
            default -> false;
        };
    }

    private static boolean isShadow(JsonNode enforcement) {
        return Enforcements.read(enforcement)
                .filter(Enforcement.Shadow.class::isInstance)
                .isPresent();
    }

    /** Whether a policy is there to switch others off. */
    private static boolean isOff(Resource<?> policy) {
        return policy.spec() instanceof ExtProcPolicy spec && spec.disabled();
    }

    private FilterCompiler.Compiled compile(Form form, Resource<?> policy, String target, View view) {
        Optional<Enforcement> enforcement = Enforcements.read(form.enforcement());
        FilterCompiler.Compiled compiled = compiler.compile(
                new FilterCompiler.Wanted(
                        form.filter(),
                        form.config(),
                        form.path(),
                        policy.ref(),
                        target,
                        enforcement.orElse(Enforcement.enforced()),
                        form.referrer()),
                view);
        Optional<Problem> misplaced = misplaced(policy, form.phase());
        if (enforcement.isPresent() && form.problems().isEmpty() && misplaced.isEmpty()) {
            return compiled;
        }
        // What is wrong with the policy itself says more than what that does to the filter's configuration.
        List<Problem> problems = new ArrayList<>(form.problems().isEmpty() ? compiled.problems() : form.problems());
        misplaced.ifPresent(problems::add);
        if (enforcement.isEmpty()) {
            problems.add(new Problem(
                    Reasons.INVALID,
                    "spec.enforcement",
                    form.enforcement().toString(),
                    "expected Enforced, Shadow, or {sampled: \"5%\"}"));
        }
        return new FilterCompiler.Compiled(Optional.empty(), compiled.placement(), problems, compiled.backends());
    }

    private static Optional<Problem> misplaced(Resource<?> policy, Phase phase) {
        boolean elsewhere = ObjectIndex.targetRefs(policy).stream()
                .anyMatch(target ->
                        !target.kind().equals("Gateway") && !target.kind().equals("ListenerSet"));
        return phase == Phase.PRE_ROUTING && elsewhere
                ? Optional.of(new Problem(
                        Reasons.INVALID,
                        "spec.phase",
                        "PreRouting",
                        "expected targets of kind Gateway or ListenerSet only: elsewhere the route is already chosen"))
                : Optional.empty();
    }

    /** The kind of a resource says what its specification is. */
    @SuppressWarnings("unchecked")
    private static Optional<Form> form(Resource<?> policy, View view) {
        return switch (policy.spec()) {
            case HttpFilter spec ->
                Optional.of(new Form(
                        spec.filter(),
                        spec.config(),
                        "spec.config",
                        spec.enforcement(),
                        spec.priority(),
                        spec.phase(),
                        policy.ref(),
                        List.of()));
            case RateLimitPolicy spec -> Optional.of(limits(spec, policy.ref()));
            case ExtProcPolicy spec ->
                Optional.of(processor(spec, ExtProcPolicies.write((Resource<ExtProcPolicy>) policy, view)));
            default -> Optional.empty();
        };
    }

    private static Form processor(ExtProcPolicy spec, ExtProcPolicies.Written written) {
        return new Form(
                ExtProcPolicies.FILTER,
                written.config(),
                "spec",
                ENFORCED,
                spec.priority(),
                spec.phase(),
                written.provider(),
                written.problems());
    }

    private static Form limits(RateLimitPolicy spec, ResourceRef policy) {
        return new Form(
                RateLimitPolicies.FILTER,
                RateLimitPolicies.config(spec),
                "spec",
                spec.enforcement(),
                0,
                Phase.POST_ROUTING,
                policy,
                List.of());
    }
}
