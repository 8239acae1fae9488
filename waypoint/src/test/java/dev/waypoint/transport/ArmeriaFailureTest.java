package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

final class ArmeriaFailureTest extends FailureContract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }

    @Override
    @Test
    @Disabled("calls beyond maxConnections fail instead of waiting: docs/transports.md")
    void moreConnectionsThanAllowedWaitTheirTurn() {}

    @Override
    @Test
    @Disabled("calls beyond maxConnections fail instead of waiting: docs/transports.md")
    void moreWaitingRequestsThanAllowedOverflow() {}

    @Override
    @Test
    @Disabled("Armeria tells a head that cannot be read as a closed connection: docs/transports.md")
    void aBrokenAnswerIsTold() {}
}
