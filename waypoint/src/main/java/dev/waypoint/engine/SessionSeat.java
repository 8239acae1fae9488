package dev.waypoint.engine;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.plan.CompiledAction.Forward;
import dev.waypoint.plan.CompiledAction.WeightedTarget;
import dev.waypoint.plan.CompiledRule;
import dev.waypoint.upstream.Backend;
import dev.waypoint.upstream.Endpoint;
import dev.waypoint.upstream.EndpointChoice;
import dev.waypoint.upstream.SessionTokens.Session;
import dev.waypoint.upstream.StickySessions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The session persistence of one exchange: the session that it came with, and what the client is told of the one that it got. */
final class SessionSeat {

    private final StickySessions sessions;
    private final Optional<Session> known;
    private final Optional<WeightedTarget> target;

    private SessionSeat(StickySessions sessions, Optional<Session> known, Forward forward) {
        this.sessions = sessions;
        this.known = known;
        this.target = known.isEmpty()
                ? Optional.empty()
                : forward.targets().stream().filter(this::serves).findFirst();
    }

    /** The seat of a request; null if its rule has no session persistence. */
    static @Nullable SessionSeat of(CompiledRule rule, Forward forward, RequestHead request) {
        return rule.sessions()
                .map(sessions -> new SessionSeat(sessions, sessions.of(request), forward))
                .orElse(null);
    }

    private boolean serves(WeightedTarget candidate) {
        String address = address(candidate);
        return !address.isEmpty()
                && candidate
                        .backend()
                        .filter(backend -> backend.serves(new EndpointChoice(0, candidate.subset(), Set.of(), address)))
                        .isPresent();
    }

    /** The target that the session is bound to, whatever its weight, unless its endpoint is gone (GEP-1619). */
    Optional<WeightedTarget> target() {
        return target;
    }

    /** The endpoint that the session asks of a target; empty if it asks for none. */
    String address(WeightedTarget of) {
        return known.filter(session -> of.backend()
                        .map(backend -> backend.id().toString().equals(session.backend()))
                        .orElse(false))
                .map(Session::address)
                .orElse("");
    }

    /**
     * Tells the client of its session if it does not know, and counts. A request that header routing sent elsewhere does not move a
     * session that could go on.
     */
    void tell(ResponseHead response, Backend backend, Endpoint endpoint) {
        String name = backend.id().toString();
        if (target.isPresent() && !name.equals(known.map(Session::backend).orElse(name))) {
            return;
        }
        if (sessions.tell(response, known, name, endpoint.address())) {
            backend.meters().sessionTold();
        } else {
            backend.meters().sessionKept();
        }
    }
}
