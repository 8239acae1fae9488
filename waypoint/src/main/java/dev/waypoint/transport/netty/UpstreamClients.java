package dev.waypoint.transport.netty;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.BackendId;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamTarget;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The clients of all event loops. Pools belong to one loop each; only the counters of limits are shared. */
final class UpstreamClients implements Upstream {

    private final IdentityHashMap<EventExecutor, OfLoop> loops = new IdentityHashMap<>();
    private final Map<BackendId, BackendUse> uses = new ConcurrentHashMap<>();
    private final Dialer connector;

    UpstreamClients(Iterable<LoopState> states, Dialer connector) {
        this.connector = connector;
        for (LoopState state : states) {
            loops.put(state.eventLoop(), new OfLoop(state));
        }
    }

    @Override
    public Call open(EventExecutor loop, UpstreamTarget target, RequestHead head, boolean end, ResponseEvents events) {
        OfLoop clients = loops.get(loop);
        if (clients == null) {
            throw new IllegalArgumentException("not an event loop of this transport: " + loop);
        }
        return clients.pool(target).open(head, end, events);
    }

    /** The pools of one loop. */
    private final class OfLoop {
        private final LoopState state;
        private final Map<UpstreamTarget, UpstreamPool> pools = new HashMap<>();
        /** Finds a pool without hashing all that a target consists of. */
        private final IdentityHashMap<UpstreamTarget, UpstreamPool> known = new IdentityHashMap<>();

        OfLoop(LoopState state) {
            this.state = state;
        }

        UpstreamPool pool(UpstreamTarget target) {
            UpstreamPool pool = known.get(target);
            return pool != null ? pool : find(target);
        }

        private UpstreamPool find(UpstreamTarget target) {
            if (known.size() > 64 + 4 * pools.size()) {
                // Targets of snapshots of the past.
                known.clear();
                pools.values().removeIf(UpstreamPool::isUnused);
            }
            UpstreamPool pool = pools.get(target);
            if (pool == null) {
                BackendUse use = uses.computeIfAbsent(target.backend(), id -> new BackendUse());
                pool = make(target, use);
                pools.put(target, pool);
            }
            known.put(target, pool);
            return pool;
        }

        private UpstreamPool make(UpstreamTarget target, BackendUse use) {
            if (!target.http2()) {
                return new Http1Pool(target, use, state, connector);
            }
            return target.tls().isPresent()
                    ? new AlpnPool(target, use, state, connector)
                    : new Http2Pool(target, use, state, connector);
        }
    }
}
