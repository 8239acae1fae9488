package dev.waypoint.gatewayapi;

import dev.waypoint.api.ParentRef;
import dev.waypoint.gatewayapi.ObjectStatus.ParentStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Statuses of routes. */
final class RouteStatuses {

    private RouteStatuses() {}

    /**
     * The status for one parent.
     *
     * @param refusal why the parent does not take the route
     * @param controllerName who says so
     */
    static ParentStatus of(RouteDraft draft, ParentRef parent, Optional<Problem> refusal, String controllerName) {
        long generation = draft.route().meta().generation();
        List<Condition> conditions = new ArrayList<>();
        Optional<Problem> problem = refusal.or(() -> refusal(draft));
        conditions.add(problem.map(one -> Condition.no(Reasons.ACCEPTED, one.reason(), one.message(), generation))
                .orElseGet(() -> Condition.yes(Reasons.ACCEPTED, generation)));
        conditions.add(draft.problems().unresolved().stream()
                .findFirst()
                .map(one -> Condition.no(Reasons.RESOLVED_REFS, one.reason(), one.message(), generation))
                .orElseGet(() -> Condition.yes(Reasons.RESOLVED_REFS, generation)));
        if (problem.isEmpty() && !draft.problems().dropped().isEmpty()) {
            conditions.add(Condition.yes(
                    Reasons.PARTIALLY_INVALID,
                    Reasons.UNSUPPORTED_VALUE,
                    "Dropped Rule: " + draft.problems().dropped().getFirst().message(),
                    generation));
        }
        return new ParentStatus(parent, controllerName, conditions);
    }

    /** Why a route is not accepted anywhere. */
    static Optional<Problem> refusal(RouteDraft draft) {
        boolean nothingLeft = !draft.rules().isEmpty()
                && !draft.problems().dropped().isEmpty()
                && draft.rules().stream().allMatch(rule -> rule.matches().isEmpty());
        return draft.problems().refusals().stream()
                .findFirst()
                .or(() -> nothingLeft ? draft.problems().dropped().stream().findFirst() : Optional.empty());
    }
}
