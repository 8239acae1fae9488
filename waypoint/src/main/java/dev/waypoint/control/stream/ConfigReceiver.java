package dev.waypoint.control.stream;

import dev.waypoint.control.wire.UnreadableConfig;
import dev.waypoint.ir.RoutingIr;
import java.util.List;

/** Takes what a stream brings. Called by one thread at a time. */
public interface ConfigReceiver {

    /**
     * Puts routing into force.
     *
     * @return what does not work although the rest is in force, one sentence each
     * @throws UnreadableConfig if it cannot come into force; what was before stays
     */
    List<String> install(RoutingIr routing) throws UnreadableConfig;

    /** Notes that a version was refused, here or before it came here. */
    void refused(long version, String reason);

    /** Notes how many proxies share what is divided among them. */
    void replicas(int count);
}
