package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.api.WaypointParameters;
import dev.waypoint.ir.BindingIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.ListenerSettingsIr.ForwardingIr;
import dev.waypoint.source.Resource;
import java.util.List;
import java.util.Optional;

/** Writes listeners as routing records. */
final class ListenerRecords {

    private ListenerRecords() {}

    /** @param binding where connections arrive in a pod; empty without one, where the Gateway's address is bound */
    static ListenerIr of(
            View view, ListenerState listener, ListenerLevel level, List<HostIr> hosts, Optional<BindingIr> binding) {
        return new ListenerIr(
                listener.owner().ref(),
                listener.spec().name(),
                binding.isPresent() ? Optional.empty() : address(listener.gateway()),
                listener.spec().port(),
                listener.secure() ? ListenerIr.Protocol.HTTPS : ListenerIr.Protocol.HTTP,
                listener.hostname(),
                listener.tls(),
                ListenerLevel.ready(level.preRouting()),
                hosts,
                settings(view, listener.gateway()),
                binding);
    }

    /** The first address of its own that a Gateway asks for. */
    static Optional<String> address(Resource<Gateway> gateway) {
        return gateway.spec().addresses().stream()
                .filter(address -> address.type().equals("IPAddress"))
                .flatMap(address -> address.value().stream())
                .findFirst();
    }

    /** The Gateway's own parameters, else those of its class, else the defaults. */
    private static ListenerSettingsIr settings(View view, Resource<Gateway> gateway) {
        Optional<ObjectRef> own = gateway.spec().infrastructure().flatMap(Gateway.Infrastructure::parametersRef);
        return own.flatMap(ref -> view.find(Kinds.WAYPOINT_PARAMETERS, gateway.namespace(), ref.name()))
                .or(() -> view.find(Kinds.GATEWAY_CLASS, "", gateway.spec().gatewayClassName())
                        .flatMap(one -> one.spec().parametersRef())
                        .flatMap(ref -> view.find(
                                Kinds.WAYPOINT_PARAMETERS, ref.namespace().orElse(""), ref.name())))
                .map(found -> settings(found.spec().connections()))
                .orElse(ListenerSettingsIr.DEFAULT);
    }

    private static ListenerSettingsIr settings(WaypointParameters.Connections wanted) {
        WaypointParameters.Forwarding forwarding = wanted.forwarding();
        return new ListenerSettingsIr(
                wanted.trustedHops(),
                wanted.proxyProtocol(),
                wanted.maxHeaderBytes(),
                wanted.maxStreams(),
                wanted.idleTimeout(),
                wanted.headerTimeout(),
                new ForwardingIr(
                        forwarding.xForwarded(), forwarding.forwarded(), forwarding.via(), forwarding.requestId()));
    }
}
