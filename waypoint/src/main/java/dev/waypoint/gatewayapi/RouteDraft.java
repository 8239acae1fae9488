package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.GrpcRoute;
import dev.waypoint.api.HttpRoute;
import dev.waypoint.api.ParentRef;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.PersistenceIr;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.source.Resource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A route as far as it does not depend on where it is attached.
 *
 * @param route the route
 * @param head what says where it attaches
 * @param rules its rules
 * @param problems what is wrong with it
 * @param usedFilters the objects that its rules name by ExtensionRef
 */
record RouteDraft(
        Resource<?> route, Head head, List<RuleDraft> rules, Problems problems, Set<ResourceRef> usedFilters) {

    RouteDraft {
        rules = List.copyOf(rules);
        usedFilters = Set.copyOf(usedFilters);
    }

    /**
     * What is wrong with a route in itself.
     *
     * @param refusals why the route as a whole is not accepted
     * @param dropped rules, or matches, that cannot be taken
     * @param unresolved references that lead nowhere
     * @param warnings what works as written but answers nothing
     */
    record Problems(List<Problem> refusals, List<Problem> dropped, List<Problem> unresolved, List<Problem> warnings) {
        static final Problems NONE = new Problems(List.of(), List.of(), List.of(), List.of());

        Problems {
            refusals = List.copyOf(refusals);
            dropped = List.copyOf(dropped);
            unresolved = List.copyOf(unresolved);
            warnings = List.copyOf(warnings);
        }
    }

    /** Tells all that is wrong with the route in itself. */
    void report(Collection<Finding> findings) {
        Stream.of(problems.refusals(), problems.dropped(), problems.unresolved())
                .flatMap(List::stream)
                .forEach(problem -> findings.add(problem.finding(route)));
        problems.warnings().forEach(problem -> findings.add(problem.warning(route)));
    }

    /** Where a route attaches. */
    record Head(List<ParentRef> parentRefs, List<String> hostnames, Gateway.Scope useDefaultGateways) {

        static Head of(Resource<?> route) {
            return switch (route.spec()) {
                case HttpRoute spec -> new Head(spec.parentRefs(), spec.hostnames(), spec.useDefaultGateways());
                case GrpcRoute spec -> new Head(spec.parentRefs(), spec.hostnames(), spec.useDefaultGateways());
                default -> throw new IllegalArgumentException(route.ref() + " is not a route");
            };
        }

        /** Whether any parent is a Service. */
        boolean namesServices() {
            return parentRefs.stream().anyMatch(MeshRoutes::isService);
        }
    }

    /**
     * One rule.
     *
     * @param index its place
     * @param name its name, or its place printed
     * @param matches its valid matches
     * @param filters its own filters and those attached to it or to its route
     * @param action what stands at the end
     * @param timeouts times that the rule sets
     * @param retry retries that the rule sets
     * @param persistence how clients stick to an endpoint
     * @param traffic the policies of the route and of the rule
     * @param upgrades whether upgrades pass
     * @param backends all backends that it may use
     */
    record RuleDraft(
            int index,
            String name,
            List<RankedMatch> matches,
            List<ChainFilter> filters,
            ActionIr action,
            RuleTimes timeouts,
            Optional<RetryIr> retry,
            Optional<PersistenceIr> persistence,
            List<TrafficLayer> traffic,
            boolean upgrades,
            Set<BackendId> backends) {
        RuleDraft {
            matches = List.copyOf(matches);
            filters = List.copyOf(filters);
            traffic = List.copyOf(traffic);
            backends = Set.copyOf(backends);
        }
    }

    /** Times that a rule sets itself. */
    record RuleTimes(Optional<Duration> request, Optional<Duration> attempt) {
        static final RuleTimes NONE = new RuleTimes(Optional.empty(), Optional.empty());
    }

    /** A match with how specific it is, and its place in the rule. */
    record RankedMatch(MatchIr match, MatchRank rank, int place) {}
}
