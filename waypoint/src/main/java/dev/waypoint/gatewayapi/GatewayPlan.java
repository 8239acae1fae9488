package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.ListenerSet;
import dev.waypoint.source.Resource;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one Gateway of ours.
 *
 * @param gateway the Gateway
 * @param refusal why it is not accepted, whatever its listeners are like
 * @param addressProblem why an address cannot be had
 * @param clientCertificateProblem why the certificate for backends cannot be used
 * @param listeners its own listeners, then those of its sets in the order of their precedence
 * @param sets the accepted sets
 * @param refusedSets sets that it does not allow
 */
record GatewayPlan(
        Resource<Gateway> gateway,
        Optional<Problem> refusal,
        Optional<Problem> addressProblem,
        Optional<Problem> clientCertificateProblem,
        List<ListenerState> listeners,
        List<Resource<ListenerSet>> sets,
        List<Resource<ListenerSet>> refusedSets) {

    GatewayPlan {
        listeners = List.copyOf(listeners);
        sets = List.copyOf(sets);
        refusedSets = List.copyOf(refusedSets);
    }

    /** The same Gateway with other findings about its listeners. */
    GatewayPlan with(List<ListenerState> others) {
        return new GatewayPlan(gateway, refusal, addressProblem, clientCertificateProblem, others, sets, refusedSets);
    }

    /** The listeners of the Gateway itself, or of one of its sets. */
    List<ListenerState> listenersOf(Resource<?> owner) {
        return listeners.stream()
                .filter(listener -> listener.owner().ref().equals(owner.ref()))
                .toList();
    }

    /** Whether the Gateway can serve at all. */
    boolean accepted() {
        return refusal.isEmpty() && listenersOf(gateway).stream().anyMatch(GatewayPlan::valid);
    }

    /** Whether a listener counts as valid, wherever its references lead. */
    static boolean valid(ListenerState listener) {
        return listener.refusals().isEmpty() && listener.conflict().isEmpty();
    }

    /** Whether a listener is served. */
    boolean serves(ListenerState listener) {
        return refusal.isEmpty() && addressProblem.isEmpty() && listener.usable();
    }
}
