package dev.waypoint.ir;

import java.util.List;

/**
 * Which connections belong to a listener, where its own address and port do not say it.
 *
 * @param port the port to bind to: an unprivileged one in place of the listener's own, or the listener's own
 * @param destinations the addresses that clients called, for Services of a mesh: the socket is bound to all addresses; empty for
 *     any
 * @param callers the namespace whose callers the listener is for: they see this one in place of the listener of the same
 *     destination that is for all; empty for all
 */
public record BindingIr(int port, List<String> destinations, String callers) {
    public BindingIr {
        destinations = List.copyOf(destinations);
    }

    /** Just another port. */
    public static BindingIr to(int port) {
        return new BindingIr(port, List.of(), "");
    }
}
