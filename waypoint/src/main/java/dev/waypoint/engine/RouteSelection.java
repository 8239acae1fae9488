package dev.waypoint.engine;

import dev.waypoint.filter.ConnectionFacts.TlsFacts;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.plan.CompiledAction.Forward;
import dev.waypoint.plan.CompiledAction.WeightedTarget;
import dev.waypoint.plan.CompiledListener;
import dev.waypoint.plan.CompiledRule;
import dev.waypoint.plan.HostTable;
import dev.waypoint.plan.PortPlan;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses listener and backend of an exchange. */
final class RouteSelection {

    private RouteSelection() {}

    /** A listener, or the reply that says why there is none. */
    record Choice(
            @Nullable CompiledListener listener, @Nullable LocalReply reply) {}

    /** A backend, or the reply that says why there is none. */
    record Target(WeightedTarget target, @Nullable LocalReply reply) {}

    /**
     * The listener of a request: by its host; and with TLS it must be the one that the server name of the handshake chose, else the
     * request is misdirected (RFC 9110, section 15.5.20).
     */
    static Choice listener(@Nullable PortPlan port, LiveExchange exchange) {
        if (port == null) {
            return new Choice(null, LocalReplies.notFound());
        }
        HostTable<CompiledListener> listeners = port.byHost(exchange.connection());
        CompiledListener byHost =
                listeners.find(HostTable.hostOf(exchange.authority)).orElse(null);
        if (byHost == null) {
            return new Choice(null, LocalReplies.notFound());
        }
        Optional<TlsFacts> tls = exchange.connection().tls();
        if (tls.isPresent() && port.listeners().size() > 1) {
            CompiledListener byName = listeners.find(tls.get().serverName()).orElse(null);
            if (byName != null && byName != byHost) {
                return new Choice(null, LocalReplies.misdirected());
            }
        }
        return new Choice(byHost, null);
    }

    /** The backend of a request: by header routing if the rule has it, else that of the client's session, else by weight. */
    static Target target(CompiledRule rule, Forward forward, RequestHead head, @Nullable SessionSeat seat) {
        if (rule.headerRouting().isEmpty()) {
            return new Target(own(forward, seat), null);
        }
        CompiledRule.HeaderRouting routing = rule.headerRouting().get();
        WeightedTarget named = routing.values().get(head.header(routing.ir().header()));
        if (named == null) {
            WeightedTarget own = own(forward, seat);
            return new Target(own, routing.ir().rejectUnknown() ? LocalReplies.notFound() : null);
        }
        if (named.backend().isPresent() || !named.problem().isEmpty()) {
            return new Target(named, null);
        }
        WeightedTarget own = own(forward, seat);
        return new Target(
                new WeightedTarget(own.backend(), own.problem(), own.weight(), own.filters(), named.subset()), null);
    }

    private static WeightedTarget own(Forward forward, @Nullable SessionSeat seat) {
        return seat == null ? forward.pick() : seat.target().orElseGet(forward::pick);
    }
}
