package dev.waypoint.control.provision;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.WaypointParameters;
import dev.waypoint.control.DataPlane;
import dev.waypoint.source.Resource;
import java.util.List;

/**
 * What a Gateway needs to run.
 *
 * @param plane where its proxies are
 * @param gateway the Gateway, which owns them
 * @param parameters the parameters of its class and its own, the latter first
 * @param ports the ports of its listeners, by number
 * @param mesh whether it is a waypoint: it stands in for Services and is not called by its own address
 */
public record ProxyDemand(
        DataPlane plane,
        Resource<Gateway> gateway,
        List<WaypointParameters> parameters,
        List<PortDemand> ports,
        boolean mesh) {

    public ProxyDemand {
        parameters = List.copyOf(parameters);
        ports = List.copyOf(ports);
    }

    /**
     * One port.
     *
     * @param port what clients call
     * @param target what the proxy binds to
     */
    public record PortDemand(int port, int target) {}

    /** What all proxies of a controller have in common. */
    public record Setup(String image, String controller, String authorities) {}
}
