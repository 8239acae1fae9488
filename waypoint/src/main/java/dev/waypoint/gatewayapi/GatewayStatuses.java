package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.GatewayClass;
import dev.waypoint.api.ListenerSet;
import dev.waypoint.api.Mesh;
import dev.waypoint.gatewayapi.ObjectStatus.ClassStatus;
import dev.waypoint.gatewayapi.ObjectStatus.GatewayStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ListenerSetStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ListenerStatus;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Statuses of GatewayClasses, Gateways and ListenerSets. */
final class GatewayStatuses {

    private final ToIntFunction<ListenerState.Key> attachedRoutes;

    /** @param attachedRoutes how many routes each listener accepted */
    GatewayStatuses(ToIntFunction<ListenerState.Key> attachedRoutes) {
        this.attachedRoutes = attachedRoutes;
    }

    static ClassStatus of(Resource<GatewayClass> gatewayClass, Optional<Problem> problem) {
        return of(gatewayClass, problem, SupportedFeatures.GATEWAY);
    }

    /** A mesh of ours; there is nothing that could be set for it as a whole. */
    static ClassStatus ofMesh(Resource<Mesh> mesh) {
        return of(mesh, meshProblem(mesh), SupportedFeatures.MESH);
    }

    static Optional<Problem> meshProblem(Resource<Mesh> mesh) {
        return mesh.spec()
                .parametersRef()
                .map(ref -> new Problem(
                        Reasons.INVALID_PARAMETERS,
                        "spec.parametersRef",
                        ref.group() + "/" + ref.kindOr(""),
                        "expected none: waypoints have parameters by their Gateways and classes"));
    }

    private static ClassStatus of(Resource<?> object, Optional<Problem> problem, List<String> features) {
        long generation = object.meta().generation();
        Condition accepted = problem.map(one -> Condition.no(Reasons.ACCEPTED, one.reason(), one.message(), generation))
                .orElseGet(() -> Condition.yes(Reasons.ACCEPTED, generation));
        return new ClassStatus(List.of(accepted), features);
    }

    GatewayStatus of(GatewayPlan plan) {
        Resource<Gateway> gateway = plan.gateway();
        long generation = gateway.meta().generation();
        List<ListenerState> own = plan.listenersOf(gateway);
        List<Condition> conditions = new ArrayList<>();
        conditions.add(accepted(plan, own, generation));
        conditions.add(programmed(plan, own, generation));
        conditions.add(resolvedRefs(plan, own, generation));
        if (insecure(gateway.spec())) {
            conditions.add(Condition.yes(
                    Reasons.INSECURE_FRONTEND,
                    Reasons.CONFIGURATION_CHANGED,
                    "clients without a valid certificate are let in",
                    generation));
        }
        return new GatewayStatus(
                conditions,
                own.stream().map(listener -> listener(plan, listener)).toList(),
                (int) plan.sets().stream()
                        .filter(set -> setAccepted(plan, plan.listenersOf(set)))
                        .count());
    }

    private static Condition accepted(GatewayPlan plan, List<ListenerState> listeners, long generation) {
        if (plan.refusal().isPresent()) {
            Problem problem = plan.refusal().get();
            return Condition.no(Reasons.ACCEPTED, problem.reason(), problem.message(), generation);
        }
        return acceptedByListeners(listeners, GatewayPlan::valid, generation);
    }

    private static Condition acceptedByListeners(
            List<ListenerState> listeners, Predicate<ListenerState> good, long generation) {
        List<String> bad = listeners.stream()
                .filter(good.negate())
                .map(listener -> listener.spec().name())
                .toList();
        if (bad.isEmpty()) {
            return Condition.yes(Reasons.ACCEPTED, generation);
        }
        String message = "not valid: " + String.join(", ", bad);
        return bad.size() == listeners.size()
                ? Condition.no(Reasons.ACCEPTED, Reasons.LISTENERS_NOT_VALID, message, generation)
                : Condition.yes(Reasons.ACCEPTED, Reasons.LISTENERS_NOT_VALID, message, generation);
    }

    private static Condition programmed(GatewayPlan plan, List<ListenerState> listeners, long generation) {
        if (plan.refusal().isEmpty() && plan.addressProblem().isPresent()) {
            Problem problem = plan.addressProblem().get();
            return Condition.no(Reasons.PROGRAMMED, problem.reason(), problem.message(), generation);
        }
        return listeners.stream().anyMatch(plan::serves)
                ? Condition.yes(Reasons.PROGRAMMED, generation)
                : Condition.no(Reasons.PROGRAMMED, Reasons.INVALID, "no listener can be served", generation);
    }

    private static Condition resolvedRefs(GatewayPlan plan, List<ListenerState> listeners, long generation) {
        if (plan.clientCertificateProblem().isPresent()) {
            Problem problem = plan.clientCertificateProblem().get();
            return Condition.no(Reasons.RESOLVED_REFS, problem.reason(), problem.message(), generation);
        }
        List<String> unresolved = listeners.stream()
                .filter(listener -> !listener.unresolved().isEmpty())
                .map(listener -> listener.spec().name())
                .toList();
        return unresolved.isEmpty()
                ? Condition.yes(Reasons.RESOLVED_REFS, generation)
                : Condition.no(
                        Reasons.RESOLVED_REFS,
                        Reasons.LISTENERS_NOT_RESOLVED,
                        "not resolved: " + String.join(", ", unresolved),
                        generation);
    }

    private static boolean insecure(Gateway gateway) {
        return gateway.tls()
                .flatMap(Gateway.GatewayTls::frontend)
                .filter(side ->
                        insecure(side.defaults()) || side.perPort().stream().anyMatch(port -> insecure(port.tls())))
                .isPresent();
    }

    private static boolean insecure(Gateway.FrontendTls tls) {
        return tls.validation()
                .filter(validation -> validation.mode() == Gateway.ValidationMode.ALLOW_INSECURE_FALLBACK)
                .isPresent();
    }

    /** A set that the Gateway does not allow has no listeners to speak of. */
    static ListenerSetStatus refused(Resource<ListenerSet> set) {
        long generation = set.meta().generation();
        String message = "the Gateway does not allow ListenerSets of namespace " + set.namespace();
        return new ListenerSetStatus(
                List.of(
                        Condition.no(Reasons.ACCEPTED, Reasons.NOT_ALLOWED, message, generation),
                        Condition.no(Reasons.PROGRAMMED, Reasons.NOT_ALLOWED, message, generation)),
                List.of());
    }

    ListenerSetStatus of(GatewayPlan plan, Resource<ListenerSet> set) {
        long generation = set.meta().generation();
        List<ListenerState> listeners = plan.listenersOf(set);
        List<ListenerStatus> statuses =
                listeners.stream().map(listener -> listener(plan, listener)).toList();
        if (!plan.accepted()) {
            String message = plan.gateway().ref() + " is not accepted";
            return new ListenerSetStatus(
                    List.of(
                            Condition.no(Reasons.ACCEPTED, Reasons.PARENT_NOT_ACCEPTED, message, generation),
                            Condition.no(Reasons.PROGRAMMED, Reasons.PARENT_NOT_PROGRAMMED, message, generation)),
                    statuses);
        }
        Condition programmed = listeners.stream().anyMatch(plan::serves)
                ? Condition.yes(Reasons.PROGRAMMED, generation)
                : Condition.no(
                        Reasons.PROGRAMMED, Reasons.LISTENERS_NOT_VALID, "no listener can be served", generation);
        // Other than a Gateway, a set whose listeners cannot be served for want of a certificate is not accepted.
        return new ListenerSetStatus(
                List.of(acceptedByListeners(listeners, plan::serves, generation), programmed), statuses);
    }

    private static boolean setAccepted(GatewayPlan plan, List<ListenerState> listeners) {
        return plan.accepted() && listeners.stream().anyMatch(plan::serves);
    }

    private ListenerStatus listener(GatewayPlan plan, ListenerState listener) {
        long generation = listener.owner().meta().generation();
        List<Condition> conditions = new ArrayList<>();
        Optional<Problem> refusal =
                listener.conflict().or(() -> listener.refusals().stream().findFirst());
        conditions.add(refusal.map(one -> Condition.no(Reasons.ACCEPTED, one.reason(), one.message(), generation))
                .orElseGet(() -> Condition.yes(Reasons.ACCEPTED, generation)));
        conditions.add(
                plan.serves(listener)
                        ? Condition.yes(Reasons.PROGRAMMED, generation)
                        : notProgrammed(plan, listener, generation));
        conditions.add(listener.unresolved().stream()
                .findFirst()
                .map(one -> Condition.no(Reasons.RESOLVED_REFS, one.reason(), one.message(), generation))
                .orElseGet(() -> Condition.yes(Reasons.RESOLVED_REFS, generation)));
        conditions.add(listener.conflict()
                .map(one -> Condition.yes(Reasons.CONFLICTED, one.reason(), one.message(), generation))
                .orElseGet(() -> Condition.no(Reasons.CONFLICTED, Reasons.NO_CONFLICTS, "", generation)));
        if (!listener.overlaps().isEmpty()) {
            conditions.add(Condition.yes(
                    Reasons.OVERLAPPING_TLS,
                    Reasons.OVERLAPPING_HOSTNAMES,
                    "host names overlap with " + String.join(", ", listener.overlaps()),
                    generation));
        }
        return new ListenerStatus(
                listener.spec().name(),
                listener.supportedKinds(),
                attachedRoutes.applyAsInt(listener.key()),
                conditions);
    }

    private static Condition notProgrammed(GatewayPlan plan, ListenerState listener, long generation) {
        if (listener.conflict().isPresent()) {
            Problem problem = listener.conflict().get();
            return Condition.no(Reasons.PROGRAMMED, problem.reason(), problem.message(), generation);
        }
        String message = plan.refusal()
                .or(plan::addressProblem)
                .or(() -> listener.refusals().stream().findFirst())
                .or(() -> listener.unresolved().stream().findFirst())
                .map(Problem::message)
                .orElse("");
        return Condition.no(Reasons.PROGRAMMED, Reasons.INVALID, message, generation);
    }
}
