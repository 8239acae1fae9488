package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.util.EventLoopGroups;
import dev.waypoint.message.Upstream;
import dev.waypoint.transport.ListenerSocket;
import dev.waypoint.transport.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Listeners are Armeria servers and upstream calls are Armeria requests, all on one group of event loops. */
public final class ArmeriaTransport implements Transport {

    /** How long connections of a socket that configuration no longer has may finish. */
    private static final Duration REMOVED_PATIENCE = Duration.ofSeconds(60);

    private static final int POLL_MILLIS = 20;

    private final EventLoopGroup group;
    private final List<EventExecutor> loops;
    private final UpstreamClients clients;
    private final Map<String, ListenerServer> open = new ConcurrentHashMap<>();
    private final Set<ListenerServer> leaving = ConcurrentHashMap.newKeySet();

    /**
     * Starts the event loops.
     *
     * @param workers how many, at least 1
     */
    public ArmeriaTransport(int workers) {
        group = EventLoopGroups.newEventLoopGroup(workers, "waypoint-worker", true);
        loops = new ArrayList<>();
        group.forEach(loops::add);
        clients = new UpstreamClients(group);
    }

    @Override
    public synchronized Map<String, String> listen(List<ListenerSocket> sockets) {
        Map<String, ListenerSocket> wanted = new LinkedHashMap<>();
        sockets.forEach(socket -> wanted.put(socket.bindKey(), socket));
        for (String key : List.copyOf(open.keySet())) {
            if (!wanted.containsKey(key)) {
                ListenerServer gone = open.remove(key);
                drainAll(List.of(gone), REMOVED_PATIENCE);
            }
        }
        Map<String, String> problems = new HashMap<>();
        wanted.forEach((key, socket) -> {
            try {
                ListenerServer known = open.get(key);
                if (known == null) {
                    open.put(key, ListenerServer.open(socket, group));
                } else {
                    known.update(socket);
                }
            } catch (IllegalArgumentException e) {
                problems.put(key, e.getMessage());
            }
        });
        return problems;
    }

    @Override
    public int boundPort(String bindKey) {
        ListenerServer listener = open.get(bindKey);
        if (listener == null) {
            throw new IllegalArgumentException("no open socket " + bindKey + ", there are: " + open.keySet());
        }
        return listener.port();
    }

    @Override
    public Upstream upstream() {
        return clients;
    }

    @Override
    public List<EventExecutor> loops() {
        return List.copyOf(loops);
    }

    @Override
    public int connections() {
        int all = 0;
        for (ListenerServer each : open.values()) {
            all += each.connections();
        }
        for (ListenerServer each : leaving) {
            all += each.connections();
        }
        return all;
    }

    @Override
    public synchronized void leave() {
        open.values().forEach(ListenerServer::leave);
    }

    @Override
    public synchronized CompletionStage<Void> drain(Duration patience) {
        List<ListenerServer> all = new ArrayList<>(open.values());
        open.clear();
        return drainAll(all, patience);
    }

    private CompletableFuture<Void> drainAll(List<ListenerServer> listeners, Duration patience) {
        leaving.addAll(listeners);
        listeners.forEach(ListenerServer::drain);
        CompletableFuture<Void> drained = new CompletableFuture<>();
        await(listeners, System.nanoTime() + patience.toNanos(), drained);
        return drained;
    }

    private void await(List<ListenerServer> listeners, long deadline, CompletableFuture<Void> drained) {
        boolean empty = listeners.stream().allMatch(each -> each.connections() == 0);
        if (!empty && System.nanoTime() < deadline) {
            group.schedule(() -> await(listeners, deadline, drained), POLL_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        CompletableFuture<?>[] closed =
                listeners.stream().map(ListenerServer::close).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(closed).whenComplete((ignored, problem) -> {
            leaving.removeAll(listeners);
            drained.complete(null);
        });
    }

    @Override
    public synchronized void close() {
        List<ListenerServer> all = new ArrayList<>(open.values());
        all.addAll(leaving);
        open.clear();
        all.forEach(each -> each.close().exceptionally(problem -> null).join());
        clients.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
