package dev.waypoint.source.envoy;

import java.util.List;

/** Reads which upgrades of a connection pass. */
final class Upgrades {

    private Upgrades() {}

    /** Whether an upgrade passes. All of them pass or none: what is spoken after the upgrade does not concern the proxy. */
    static boolean any(List<Message> configs) {
        boolean any = false;
        for (Message config : configs) {
            String type = config.required("upgrade_type");
            if (type.equalsIgnoreCase("connect") || type.equalsIgnoreCase("connect-udp")) {
                config.error("upgrade_type", "CONNECT is not supported");
            }
            config.noEffect("filters", "upgrades pass the filters of the route");
            config.noEffect("connect_config", "CONNECT is not supported");
            any |= config.flag("enabled", true);
        }
        return any;
    }
}
