package dev.waypoint.gatewayapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which listeners of one Gateway cannot be told apart. */
final class ListenerConflicts {

    private static final Set<String> STREAMS = Set.of("TCP", "TLS");

    private ListenerConflicts() {}

    /**
     * Marks conflicts. Among the Gateway's own listeners nobody wins; a listener of a ListenerSet loses against any that comes
     * before it and is served.
     *
     * @param own the Gateway's listeners
     * @param added the listeners of its sets, in the order of their precedence
     * @return all of them in the same order
     */
    static List<ListenerState> resolve(List<ListenerState> own, List<ListenerState> added) {
        List<ListenerState> all = new ArrayList<>();
        for (ListenerState listener : own) {
            all.add(against(listener, own));
        }
        for (ListenerState listener : added) {
            List<ListenerState> winners =
                    all.stream().filter(earlier -> earlier.conflict().isEmpty()).toList();
            all.add(stream(listener, winners).orElseGet(() -> against(listener, winners)));
        }
        return all.stream().map(listener -> overlaps(listener, all)).toList();
    }

    /**
     * Marks conflicts with listeners of older Gateways that share the proxies.
     *
     * @param listeners the listeners of a Gateway, with the conflicts that they have among themselves
     * @param earlier the listeners of the older Gateways
     */
    static List<ListenerState> beside(List<ListenerState> listeners, List<ListenerState> earlier) {
        List<ListenerState> winners =
                earlier.stream().filter(winner -> winner.conflict().isEmpty()).toList();
        List<ListenerState> all = new ArrayList<>(winners);
        all.addAll(listeners);
        return listeners.stream()
                .map(listener -> listener.conflict().isPresent()
                        ? listener
                        : stream(listener, winners).orElseGet(() -> against(listener, winners)))
                .map(listener -> overlaps(listener, all))
                .toList();
    }

    /** A listener of a whole port's stream has no place beside one that is served there, were its protocol known or not. */
    private static Optional<ListenerState> stream(ListenerState listener, List<ListenerState> winners) {
        return winners.stream()
                .filter(winner -> STREAMS.contains(listener.spec().protocol())
                        && winner.knownProtocol()
                        && winner.spec().port() == listener.spec().port())
                .findFirst()
                .map(winner -> listener.inConflict(problem(
                        Reasons.PROTOCOL_CONFLICT,
                        listener,
                        ".protocol",
                        listener.spec().protocol(),
                        winner)));
    }

    private static ListenerState against(ListenerState listener, List<ListenerState> others) {
        ListenerState state = listener;
        for (ListenerState other : others) {
            if (!isSame(other, listener)
                    && other.knownProtocol()
                    && listener.knownProtocol()
                    && other.spec().port() == listener.spec().port()) {
                if (other.secure() != listener.secure()) {
                    return listener.inConflict(problem(
                            Reasons.PROTOCOL_CONFLICT,
                            listener,
                            ".protocol",
                            listener.spec().protocol(),
                            other));
                }
                if (other.hostname().equals(listener.hostname())) {
                    state = listener.inConflict(
                            problem(Reasons.HOSTNAME_CONFLICT, listener, ".hostname", listener.hostname(), other));
                }
            }
        }
        return state;
    }

    private static Problem problem(
            String reason, ListenerState listener, String field, String value, ListenerState other) {
        return new Problem(
                reason,
                listener.path() + field,
                value.isEmpty() ? "empty" : value,
                "port " + listener.spec().port() + " cannot be shared with listener "
                        + other.spec().name() + " of " + other.owner().ref());
    }

    private static ListenerState overlaps(ListenerState listener, List<ListenerState> all) {
        if (!listener.secure()) {
            return listener;
        }
        List<String> names = all.stream()
                .filter(other -> !isSame(other, listener)
                        && other.secure()
                        && other.spec().port() == listener.spec().port()
                        && Hostnames.intersect(other.hostname(), listener.hostname())
                                .isPresent())
                .map(other -> other.spec().name())
                .toList();
        return names.isEmpty() ? listener : listener.overlapping(names);
    }

    private static boolean isSame(ListenerState one, ListenerState other) {
        return one.key().equals(other.key());
    }
}
