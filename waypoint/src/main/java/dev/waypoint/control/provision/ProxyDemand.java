package dev.waypoint.control.provision;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.WaypointParameters;
import dev.waypoint.control.DataPlane;
import dev.waypoint.source.Resource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What Gateways need to run.
 *
 * @param plane where their proxies are
 * @param owners the Gateways
 * @param parameters the parameters of their class and their own, the latter first
 * @param ports the ports of their listeners, by number
 * @param mesh whether it is a waypoint: it stands in for Services and is not called by its own address
 * @param servicePorts the ports of the Services that it stands in for
 * @param sessions the identity of the Secret that signs sessions, if there is one already
 */
public record ProxyDemand(
        DataPlane plane,
        Owners owners,
        List<WaypointParameters> parameters,
        List<PortDemand> ports,
        boolean mesh,
        SortedSet<Integer> servicePorts,
        Optional<String> sessions) {

    public ProxyDemand {
        parameters = List.copyOf(parameters);
        ports = List.copyOf(ports);
        servicePorts = Collections.unmodifiableSortedSet(new TreeSet<>(servicePorts));
    }

    /** The same with another Secret of sessions. */
    ProxyDemand with(Optional<String> uid) {
        return new ProxyDemand(plane, owners, parameters, ports, mesh, servicePorts, uid);
    }

    /**
     * Whose proxies these are.
     *
     * @param gateways the Gateways, the oldest first; never none
     * @param shared whether there may be several, be there one now
     */
    public record Owners(List<Resource<Gateway>> gateways, boolean shared) {
        public Owners {
            gateways = List.copyOf(gateways);
        }

        /** The oldest. */
        Resource<Gateway> first() {
            return gateways.getFirst();
        }
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

    /** What becomes of objects of a Gateway that nobody asks for now. */
    public enum Fate {
        /** They stay, for better times. */
        KEEPS,
        /** The Gateway is none of ours: they go. */
        OTHERS,
        /** The Gateway does not exist: the cluster removes what belongs to nobody else. */
        GONE
    }
}
