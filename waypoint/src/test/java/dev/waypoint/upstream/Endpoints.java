package dev.waypoint.upstream;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.observe.BackendMeters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Endpoints for tests. */
final class Endpoints {

    private Endpoints() {}

    /** An endpoint that is known since a time. */
    static Endpoint at(int port, long sinceNanos) {
        UpstreamTarget target = new UpstreamTarget(
                BackendId.of("default", "backend", 80),
                "127.0.0.1",
                port,
                false,
                Optional.empty(),
                LimitsIr.DEFAULT,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        return new Endpoint(
                new EndpointIr("127.0.0.1", port, "", 1, EndpointIr.State.READY, Map.of()),
                target,
                target,
                new EndpointConnections(new BackendMeters()),
                sinceNanos);
    }

    /** Some endpoints. */
    static List<Endpoint> some(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(port -> at(port, 0)).toList();
    }
}
