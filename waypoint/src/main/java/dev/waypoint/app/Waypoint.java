package dev.waypoint.app;

import dev.waypoint.admin.AdminServer;
import dev.waypoint.admin.AdminView;
import dev.waypoint.admin.ConfigState;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.cli.WaypointCommand;
import dev.waypoint.config.Finding;
import dev.waypoint.control.stream.StreamStatus;
import dev.waypoint.engine.Engine;
import dev.waypoint.engine.EngineParts;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.observe.EventLoopLag;
import dev.waypoint.observe.ExchangeObserver;
import dev.waypoint.observe.Exposition;
import dev.waypoint.observe.Meters;
import dev.waypoint.observe.TraceBook;
import dev.waypoint.plan.PortPlan;
import dev.waypoint.plan.SnapshotStore;
import dev.waypoint.source.FolderContent;
import dev.waypoint.source.envoy.EnvoyBootstrap;
import dev.waypoint.transport.ListenerSocket;
import dev.waypoint.transport.Transport;
import dev.waypoint.upstream.BackendHealth;
import dev.waypoint.upstream.SessionTokens;
import dev.waypoint.upstream.UpstreamProbe;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running proxy: configuration comes in by {@link #apply}, requests by the sockets that it names. */
final class Waypoint implements AutoCloseable, AdminView {

    private static final Logger LOG = LoggerFactory.getLogger(Waypoint.class);

    private static final String STARTING = "starting";

    private final RunRequest.Network network;
    private final Plugins plugins;
    private final Meters meters = new Meters();
    private final SnapshotStore store = new SnapshotStore();
    private final Transport transport;
    private final Engine engine;
    private final ConfigPipeline pipeline;
    private final EventLoopLag lag;
    private final BackendHealth health;
    private final TraceBook traces = new TraceBook(InstantSource.system());
    private final CountDownLatch drainAsked = new CountDownLatch(1);
    private final Set<String> logged = new HashSet<>();
    private volatile ConfigState state;
    private volatile String notReady = STARTING;
    private volatile Optional<Supplier<StreamStatus>> stream = Optional.empty();
    private volatile Optional<AdminServer> admin = Optional.empty();
    private Optional<Exposition> exposition = Optional.empty();

    Waypoint(RunRequest.Network network, Plugins plugins, Transport transport, List<ExchangeObserver> observers) {
        this.network = network;
        this.plugins = plugins;
        this.transport = transport;
        List<ExchangeObserver> all = new ArrayList<>(observers);
        all.add(meters.exchanges());
        engine = new Engine(new EngineParts(store, transport.upstream(), ObserverList.of(all), traces));
        SessionTokens tokens = network.sessionSecret()
                .map(secret -> new SessionTokens(secret.bytes(), InstantSource.system()))
                .orElseGet(() -> SessionTokens.ofThisProcess(InstantSource.system()));
        pipeline = new ConfigPipeline(plugins.catalog(), plugins.findings(), meters, store, tokens);
        lag = new EventLoopLag(transport.loops());
        EventExecutor loop = transport.loops().getFirst();
        health = new BackendHealth(new UpstreamProbe(transport.upstream(), loop), loop);
        meters.lag(lag);
        meters.connections(transport::connections);
        state = new ConfigState(
                dev.waypoint.source.ResourceSet.EMPTY, List.of(), Map.of(), store.current(), Map.of(), Instant.now());
    }

    /** Puts what a folder says into force, opens and closes sockets, and logs what is wrong and was not logged before. */
    synchronized ConfigState apply(FolderContent content) {
        return listen(pipeline.apply(content));
    }

    /** The same for an Envoy bootstrap. */
    synchronized ConfigState apply(EnvoyBootstrap bootstrap) {
        return listen(pipeline.apply(bootstrap));
    }

    /** The same for what a controller decided. */
    synchronized ConfigState apply(RoutingIr routing) {
        return listen(pipeline.apply(routing));
    }

    /** Notes how many proxies share what is divided among them. */
    void replicas(int count) {
        pipeline.replicas(count);
    }

    /** Shows the stream by which the configuration comes. */
    void stream(Supplier<StreamStatus> status) {
        stream = Optional.of(status);
    }

    private ConfigState listen(ConfigState next) {
        Map<String, String> problems = transport.listen(sockets(next));
        health.update(next.snapshot().backends().values());
        state = new ConfigState(
                next.resources(), next.findings(), next.statuses(), next.snapshot(), problems, next.installed());
        return state;
    }

    private List<ListenerSocket> sockets(ConfigState next) {
        List<ListenerSocket> sockets = new ArrayList<>();
        new TreeMap<>(next.snapshot().ports()).forEach((key, port) -> sockets.add(socket(key, port)));
        return sockets;
    }

    private ListenerSocket socket(String key, PortPlan port) {
        List<ListenerSocket.SniTls> tls = port.listeners().stream()
                .flatMap(listener -> listener.ir().tls().stream()
                        .map(each -> new ListenerSocket.SniTls(listener.ir().hostname(), each)))
                .toList();
        return new ListenerSocket(
                port.address().orElse(network.bind()),
                port.port(),
                tls,
                port.listeners().getFirst().ir().settings(),
                engine.receiver(key));
    }

    /** Logs the findings and problems that were not there at the last call. */
    synchronized void logNews() {
        Set<String> present = new HashSet<>();
        for (Finding finding : state.findings()) {
            String text = finding.toString();
            present.add(text);
            if (!logged.contains(text)) {
                switch (finding.severity()) {
                    case ERROR -> LOG.error("{}", text);
                    case WARNING -> LOG.warn("{}", text);
                    case INFO -> LOG.info("{}", text);
                }
            }
        }
        state.socketProblems().forEach((socket, reason) -> {
            String text = socket + " is not open: " + reason;
            present.add(text);
            if (!logged.contains(text)) {
                LOG.error("{}", text);
            }
        });
        logged.clear();
        logged.addAll(present);
    }

    /**
     * Serves the admin pages.
     *
     * @throws IllegalStateException if their address cannot be bound
     */
    int startAdmin() {
        AdminServer server = AdminServer.start(this, new InetSocketAddress(network.adminBind(), network.adminPort()));
        admin = Optional.of(server);
        return server.port();
    }

    /** Says that traffic is welcome, unless it is over already. */
    synchronized void ready() {
        if (notReady.equals(STARTING)) {
            notReady = "";
        }
    }

    Plugins plugins() {
        return plugins;
    }

    Meters meters() {
        return meters;
    }

    Transport transport() {
        return transport;
    }

    /**
     * Waits until somebody asks for a drain, and then for as long as everything is still to be served: whoever balances load over
     * this proxy sees that it is not ready, and turns away before connections are refused.
     */
    void awaitDrain(Duration delay) throws InterruptedException {
        OldGeneration old = new OldGeneration();
        CompilerThreads compiler = CompilerThreads.watch();
        while (!drainAsked.await(1, TimeUnit.SECONDS)) {
            store.sweep();
            compiler.look();
            old.look(meters.exchanges().active() == 0);
        }
        if (delay.isZero()) {
            return;
        }
        LOG.info("not ready any more, the drain begins in {} s", delay.toSeconds());
        transport.leave();
        long end = System.nanoTime() + delay.toNanos();
        for (long left = delay.toNanos(); left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
            store.sweep();
        }
    }

    /** Lets running requests end. */
    void drainAndClose(Duration patience) {
        notReady = "draining";
        LOG.info(
                "draining: {} connections, {} requests",
                transport.connections(),
                meters.exchanges().active());
        transport.drain(patience).toCompletableFuture().join();
        close();
    }

    @Override
    public ConfigState state() {
        return state;
    }

    @Override
    public FilterCatalog catalog() {
        return plugins.catalog();
    }

    @Override
    public Optional<String> unready() {
        String reason = notReady;
        if (reason.equals(STARTING) && stream.isPresent()) {
            String problem = stream.get().get().problem();
            return Optional.of("no configuration yet" + (problem.isEmpty() ? "" : ", no stream: " + problem));
        }
        return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
    }

    @Override
    public Optional<Record> stream() {
        return stream.map(Supplier::get);
    }

    @Override
    public synchronized String metrics() {
        Exposition source = exposition.orElseGet(() -> new Exposition(meters));
        exposition = Optional.of(source);
        return source.scrape();
    }

    @Override
    public TraceBook traces() {
        return traces;
    }

    @Override
    public String version() {
        return WaypointCommand.Version.current();
    }

    @Override
    public void drain() {
        synchronized (this) {
            notReady = "draining";
        }
        drainAsked.countDown();
    }

    @Override
    public void close() {
        admin.ifPresent(AdminServer::close);
        lag.close();
        health.close();
        transport.close();
        exposition.ifPresent(Exposition::close);
    }
}
