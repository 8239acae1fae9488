package dev.waypoint.explain;

import dev.waypoint.config.DurationText;
import dev.waypoint.explain.Explanation.BackendShare;
import dev.waypoint.explain.Explanation.FilterStep;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.plan.ChainEntry;
import dev.waypoint.plan.CompiledAction;
import dev.waypoint.plan.CompiledAction.WeightedTarget;
import dev.waypoint.plan.CompiledRoute;
import dev.waypoint.plan.CompiledRule;
import dev.waypoint.upstream.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Describes what a chosen rule does. */
final class OutcomeDescription {

    private final CompiledRule rule;
    private final RequestHead head;
    private final List<FilterStep> filters = new ArrayList<>();
    private final List<BackendShare> backends = new ArrayList<>();

    private OutcomeDescription(CompiledRule rule, RequestHead head) {
        this.rule = rule;
        this.head = head;
    }

    static Explanation.Outcome of(CompiledRoute route, RequestHead head) {
        return new OutcomeDescription(route.rule(), head).describe();
    }

    private Explanation.Outcome describe() {
        rule.chain().entries().forEach(entry -> filters.add(step(entry, "")));
        String action = action();
        RuleIr ir = rule.ir();
        return new Explanation.Outcome(ir.route().toString(), ir.name(), filters, action, limits(ir), backends);
    }

    private static FilterStep step(ChainEntry entry, String when) {
        return new FilterStep(
                entry.name(),
                entry.placement().stage().name(),
                entry.ir().source().toString(),
                enforcement(entry.ir().enforcement()),
                when,
                entry.description());
    }

    private static String enforcement(Enforcement enforcement) {
        return switch (enforcement) {
            case Enforcement.Enforced _ -> "enforced";
            case Enforcement.Shadow _ -> "shadow";
            case Enforcement.Sampled sampled -> sampled.millionths() / 10_000.0 + "% of the requests";
        };
    }

    private String action() {
        return switch (rule.action()) {
            case CompiledAction.Forward forward -> forward(forward);
            case CompiledAction.Redirect redirect -> redirect(redirect.ir());
            case CompiledAction.DirectReply reply -> reply.ir().status() + ": a fixed answer";
            case CompiledAction.NotFound _ -> "404: the rule has no backend";
            case CompiledAction.Broken broken -> "500: " + broken.message();
        };
    }

    private static String redirect(ActionIr.Redirect redirect) {
        StringBuilder text = new StringBuilder().append(redirect.status()).append(": redirect");
        redirect.scheme().ifPresent(scheme -> text.append(", scheme ").append(scheme));
        redirect.hostname().ifPresent(hostname -> text.append(", host ").append(hostname));
        redirect.port().ifPresent(port -> text.append(", port ").append(port));
        redirect.path().ifPresent(path -> text.append(", path ").append(path));
        return text.toString();
    }

    private String forward(CompiledAction.Forward forward) {
        Optional<String> byHeader = rule.headerRouting().flatMap(this::headerRouting);
        if (byHeader.isPresent()) {
            return byHeader.get();
        }
        long total =
                forward.targets().stream().mapToLong(WeightedTarget::weight).sum();
        for (WeightedTarget target : forward.targets()) {
            double percent = total == 0 ? 0 : 100.0 * target.weight() / total;
            share(target, percent, "weight " + target.weight() + " of " + total);
        }
        if (total == 0) {
            return "500: no backend has a weight above zero";
        }
        return backends.size() == 1
                ? "forwarded to " + backends.getFirst().backend()
                : "forwarded to one of " + backends.size() + " backends by weight";
    }

    /** What header routing decides; empty if the rule's own backends take the request. */
    private Optional<String> headerRouting(CompiledRule.HeaderRouting routing) {
        String header = routing.ir().header();
        String value = head.header(header);
        WeightedTarget target = routing.values().get(value);
        if (target == null) {
            return routing.ir().rejectUnknown()
                    ? Optional.of("404: the header " + header + " is '" + value + "', for which there is no backend")
                    : Optional.empty();
        }
        if (target.backend().isEmpty() && target.problem().isEmpty()) {
            return Optional.empty();
        }
        share(target, 100, "header " + header + " is '" + value + "'");
        return Optional.of("forwarded to " + backends.getFirst().backend() + " by header " + header);
    }

    private void share(WeightedTarget target, double percent, String reason) {
        String name =
                target.backend().map(backend -> backend.id().toString()).orElseGet(() -> "500: " + target.problem());
        List<String> endpoints = target.backend()
                .map(backend -> backend.endpoints().stream()
                        .filter(endpoint -> endpoint.ir()
                                .labels()
                                .entrySet()
                                .containsAll(target.subset().entrySet()))
                        .map(OutcomeDescription::endpoint)
                        .toList())
                .orElse(List.of());
        String subset = target.subset().isEmpty() ? "" : ", subset " + target.subset();
        backends.add(new BackendShare(name, Math.round(percent * 100) / 100.0, reason + subset, endpoints));
        target.filters().forEach(entry -> filters.add(step(entry, "backend " + name)));
    }

    private static String endpoint(Endpoint endpoint) {
        String state = endpoint.ejected()
                ? "ejected"
                : !endpoint.healthy()
                        ? "unhealthy"
                        : endpoint.ir().state().name().toLowerCase(Locale.ROOT);
        return endpoint.address() + " " + state;
    }

    private static List<String> limits(RuleIr rule) {
        List<String> limits = new ArrayList<>();
        limit(limits, "request timeout", rule.timeouts().request());
        limit(limits, "attempt timeout", rule.timeouts().attempt());
        limit(limits, "idle timeout", rule.timeouts().idle());
        rule.retry().ifPresent(retry -> limits.add("up to " + retry.attempts() + " retries"));
        rule.persistence().ifPresent(sticky -> limits.add("sticky by " + sticky.carrier() + " " + sticky.name()));
        return limits;
    }

    private static void limit(List<String> limits, String name, Duration value) {
        if (!value.isZero()) {
            limits.add(name + " " + DurationText.print(value));
        }
    }
}
