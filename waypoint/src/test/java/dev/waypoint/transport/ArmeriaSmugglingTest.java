package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;
import java.util.Set;

final class ArmeriaSmugglingTest extends SmugglingContract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }

    /** Folded lines are joined by a blank (RFC 9112, section 5.2); several blanks separate as one does (section 3). */
    @Override
    protected Set<String> harmless() {
        return Set.of("folded header", "two spaces");
    }
}
