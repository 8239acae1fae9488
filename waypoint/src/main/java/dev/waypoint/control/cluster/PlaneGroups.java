package dev.waypoint.control.cluster;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.provision.ResourceNames;
import dev.waypoint.gatewayapi.SharedPlane;
import dev.waypoint.gatewayapi.Translation;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which data plane serves which Gateways: one for each, but for those that share one. */
final class PlaneGroups {

    private final Map<DataPlane, Group> byPlane = new LinkedHashMap<>();
    private final Map<ResourceRef, DataPlane> byGateway = new HashMap<>();
    private final Map<ResourceRef, String> problems = new HashMap<>();

    /**
     * The Gateways of a data plane.
     *
     * @param shared whether others may join
     * @param gateways the oldest first
     */
    record Group(DataPlane plane, Optional<SharedPlane> shared, List<Resource<Gateway>> gateways) {}

    private PlaneGroups() {}

    /** The data planes of all Gateways of ours. */
    static PlaneGroups of(ResourceSet set, Translation translation) {
        PlaneGroups groups = new PlaneGroups();
        translation
                .gateways()
                .keySet()
                .forEach(ref -> set.find(Kinds.GATEWAY, ref.namespace(), ref.name())
                        .ifPresent(gateway -> groups.add(
                                gateway,
                                Optional.ofNullable(translation.shared().get(ref)))));
        return groups;
    }

    private void add(Resource<Gateway> gateway, Optional<SharedPlane> shared) {
        String name = shared.map(one -> ResourceNames.of(one.name()))
                .orElseGet(() -> ResourceNames.of(gateway.ref(), gateway.spec().gatewayClassName()));
        DataPlane plane = new DataPlane(gateway.namespace(), name);
        Group group = byPlane.computeIfAbsent(plane, absent -> new Group(plane, shared, new ArrayList<>()));
        // A name can be put together in more than one way.
        if (group.gateways().isEmpty() || (shared.isPresent() && group.shared().equals(shared))) {
            group.gateways().add(gateway);
            byGateway.put(gateway.ref(), plane);
        } else {
            problems.put(
                    gateway.ref(),
                    "its proxies would be called " + plane.name() + ", as those of "
                            + group.gateways().getFirst().ref() + " are: rename the Gateway or its parameters");
        }
    }

    /** All data planes, that with the oldest Gateway first. */
    List<Group> all() {
        return List.copyOf(byPlane.values());
    }

    boolean has(DataPlane plane) {
        return byPlane.containsKey(plane);
    }

    /** The data plane of a Gateway. */
    Optional<DataPlane> of(ResourceRef gateway) {
        return Optional.ofNullable(byGateway.get(gateway));
    }

    /** Why a Gateway can have no data plane. */
    Optional<String> problem(ResourceRef gateway) {
        return Optional.ofNullable(problems.get(gateway));
    }
}
