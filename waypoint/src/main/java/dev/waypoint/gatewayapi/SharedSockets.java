package dev.waypoint.gatewayapi;

import java.util.ArrayList;
import java.util.List;

/** Finds listeners of different Gateways that cannot be told apart when one process serves them all. */
final class SharedSockets {

    private SharedSockets() {}

    /** What is wrong with a Gateway because of those before it. */
    static List<Problem> problems(GatewayPlan plan, List<GatewayPlan> plans) {
        List<Problem> problems = new ArrayList<>();
        List<GatewayPlan> earlier = plans.subList(0, plans.indexOf(plan));
        for (ListenerState listener : plan.listeners()) {
            earlier.stream()
                    .flatMap(other -> other.listeners().stream().filter(other::serves))
                    .filter(other -> plan.serves(listener) && clash(listener, other))
                    .findFirst()
                    .ifPresent(other -> problems.add(new Problem(
                            Reasons.HOSTNAME_CONFLICT,
                            listener.path(),
                            listener.spec().name(),
                            "listener " + other.spec().name() + " of "
                                    + other.owner().ref()
                                    + " has the same address, port and host name and is served instead: give the"
                                    + " Gateways addresses of their own")));
        }
        return problems;
    }

    private static boolean clash(ListenerState one, ListenerState other) {
        return one.spec().port() == other.spec().port()
                && (one.hostname().equals(other.hostname()) || one.secure() != other.secure())
                && ListenerRecords.address(one.gateway()).equals(ListenerRecords.address(other.gateway()));
    }
}
