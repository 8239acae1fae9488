package dev.waypoint.gatewayapi;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A route put together with what its listener adds.
 *
 * @param entries one for each match
 * @param backends the backends that it may use
 */
record AttachedRoute(List<Entry> entries, Set<BackendId> backends) {

    /** One match with what decides its precedence, apart from the host. */
    record Entry(RouteIr ir, MatchRank rank, Resource<?> route, int rule, int place) {
        RoutePrecedence.Candidate candidate(String declaredHost) {
            return new RoutePrecedence.Candidate(declaredHost, rank, route, rule, place);
        }
    }

    static AttachedRoute of(RouteDraft draft, RuleAssembly assembly) {
        List<Entry> entries = new ArrayList<>();
        Set<BackendId> backends = new HashSet<>();
        for (RouteDraft.RuleDraft rule : draft.rules()) {
            if (!rule.matches().isEmpty()) {
                RuleAssembly.Assembled assembled = assembly.assemble(draft.route(), rule);
                backends.addAll(assembled.backends());
                rule.matches()
                        .forEach(match -> entries.add(new Entry(
                                new RouteIr(match.match(), assembled.rule()),
                                match.rank(),
                                draft.route(),
                                rule.index(),
                                match.place())));
            }
        }
        return new AttachedRoute(List.copyOf(entries), Set.copyOf(backends));
    }
}
