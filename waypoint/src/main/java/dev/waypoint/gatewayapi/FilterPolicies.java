package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.HttpFilter;
import dev.waypoint.api.HttpFilter.Phase;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.RateLimitPolicy;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The policies that stand for a filter, each as the filter that it stands for. */
final class FilterPolicies {

    /** The kinds of such policies. */
    static final List<Kind<?>> KINDS = List.of(Kinds.HTTP_FILTER, Kinds.RATE_LIMIT_POLICY);

    private final FilterCompiler compiler;

    FilterPolicies(FilterCompiler compiler) {
        this.compiler = compiler;
    }

    /** A policy as a filter. */
    private record Form(String filter, JsonNode config, String path, JsonNode enforcement, int priority, Phase phase) {}

    /** When the filter of a policy runs. */
    static Phase phase(Resource<?> policy) {
        return form(policy).map(Form::phase).orElse(Phase.POST_ROUTING);
    }

    /** What is wrong with a policy in itself. */
    List<Problem> problems(Resource<?> policy, View view) {
        return form(policy)
                .map(form -> compile(form, policy, "", view).problems())
                .orElse(List.of());
    }

    /** The filter that a policy is at a target. */
    ChainFilter filter(Resource<?> policy, String target, Level level, int order, View view) {
        Form form = form(policy)
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
        for (Kind<?> kind : KINDS) {
            for (Resource<?> policy : view.policies(kind, target)) {
                if (phase(policy) == phase) {
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
        return form(policy)
                .flatMap(form -> Enforcements.read(form.enforcement()))
                .filter(Enforcement.Shadow.class::isInstance)
                .isPresent();
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
                        enforcement.orElse(Enforcement.enforced())),
                view);
        if (enforcement.isPresent()) {
            return compiled;
        }
        List<Problem> problems = new ArrayList<>(compiled.problems());
        problems.add(new Problem(
                Reasons.INVALID,
                "spec.enforcement",
                form.enforcement().toString(),
                "expected Enforced, Shadow, or {sampled: \"5%\"}"));
        return new FilterCompiler.Compiled(Optional.empty(), compiled.placement(), problems, compiled.backends());
    }

    private static Optional<Form> form(Resource<?> policy) {
        Function<HttpFilter, Form> ofFilter = spec -> new Form(
                spec.filter(), spec.config(), "spec.config", spec.enforcement(), spec.priority(), spec.phase());
        return switch (policy.spec()) {
            case HttpFilter spec -> Optional.of(ofFilter.apply(spec));
            case RateLimitPolicy spec -> Optional.of(limits(spec));
            default -> Optional.empty();
        };
    }

    /** The filter reads the fields of the policy that concern it as they are. */
    private static Form limits(RateLimitPolicy spec) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.set("limits", JsonNodeFactory.instance.arrayNode().addAll(spec.limits()));
        config.set("headers", spec.headers());
        config.put("retryAfter", spec.retryAfter());
        if (!spec.exclude().isEmpty()) {
            spec.exclude().forEach(config.putArray("exclude")::add);
        }
        config.put("allowExclude", spec.allowExclude());
        return new Form("rate-limit", config, "spec", spec.enforcement(), 0, Phase.POST_ROUTING);
    }
}
