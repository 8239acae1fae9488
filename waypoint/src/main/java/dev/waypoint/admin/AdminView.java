package dev.waypoint.admin;

import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.observe.TraceBook;
import java.util.Optional;

/** What the admin pages show, and the little that they can do. */
public interface AdminView extends ProbeView {

    /** The configuration in force. */
    ConfigState state();

    /** The filters that are installed. */
    FilterCatalog catalog();

    /** How the stream from the controller stands; empty without a controller. */
    default Optional<Record> stream() {
        return Optional.empty();
    }

    /** What happened to marked requests. */
    TraceBook traces();

    /** The version of the program. */
    String version();

    /** Begins to drain and then ends the program. Comes back at once. */
    void drain();
}
