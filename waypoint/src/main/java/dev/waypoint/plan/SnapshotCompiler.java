package dev.waypoint.plan;

import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.observe.FilterCounters;
import dev.waypoint.upstream.Backend;
import dev.waypoint.upstream.SessionTokens;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * IR to runtime objects. What did not change is taken over from the snapshot before: backends with their load, filters with their
 * state, route tables as they are. Whatever cannot be compiled fails its own requests and nothing else. Not thread-safe.
 */
public final class SnapshotCompiler {

    private final FilterCatalog catalog;
    private final FilterCounters counters;
    private final IntSupplier replicas;
    private final InstantSource clock;
    private final SessionTokens tokens;

    /** A compiler whose sessions are those of this process alone. */
    public SnapshotCompiler(FilterCatalog catalog, FilterCounters counters, IntSupplier replicas, InstantSource clock) {
        this(catalog, counters, replicas, clock, SessionTokens.ofThisProcess(clock));
    }

    /**
     * @param catalog the filters that are installed
     * @param counters where filters' counters come from
     * @param replicas the number of ready replicas of this proxy
     * @param clock time of day for filters
     * @param tokens what signs the sessions of clients
     */
    public SnapshotCompiler(
            FilterCatalog catalog,
            FilterCounters counters,
            IntSupplier replicas,
            InstantSource clock,
            SessionTokens tokens) {
        this.catalog = catalog;
        this.counters = counters;
        this.replicas = replicas;
        this.clock = clock;
        this.tokens = tokens;
    }

    /** Compiles the successor of a snapshot. */
    public RoutingSnapshot compile(RoutingIr ir, RoutingSnapshot previous) {
        return new Compilation(ir, previous).run();
    }

    /** One run. */
    private final class Compilation {
        private final RoutingIr ir;
        private final RoutingSnapshot previous;
        private final Map<BackendId, Backend> backends = new HashMap<>();
        private final KnownTables tables = new KnownTables();
        private final List<String> problems = new ArrayList<>();
        private final FilterInstances instances;
        private final Map<InetAddress, String> callers;

        Compilation(RoutingIr ir, RoutingSnapshot previous) {
            this.ir = ir;
            this.previous = previous;
            callers = Destinations.callers(ir.callers());
            instances = new FilterInstances(
                    catalog, new FilterEnvironments(counters, backends, replicas, clock), previous.instances());
        }

        RoutingSnapshot run() {
            ir.backends().values().forEach(this::backend);
            Map<String, List<CompiledListener>> byPort = new LinkedHashMap<>();
            for (ListenerIr listener : ir.listeners()) {
                byPort.computeIfAbsent(
                                listener.address().orElse("") + ":" + listener.bindPort(), key -> new ArrayList<>())
                        .add(listener(listener));
            }
            Map<String, PortPlan> ports = new HashMap<>();
            byPort.forEach((key, listeners) -> ports.put(key, port(listeners)));
            return new RoutingSnapshot(
                    previous.version() + 1,
                    ir,
                    new RoutingSnapshot.Parts(ports, backends, tables, instances.inUse(), problems));
        }

        private void backend(BackendIr backend) {
            Backend known = previous.backends().get(backend.id());
            if (known == null) {
                known = new Backend(backend, System::nanoTime);
            } else {
                known.update(backend);
            }
            backends.put(backend.id(), known);
        }

        private PortPlan port(List<CompiledListener> listeners) {
            ListenerIr first = listeners.getFirst().ir();
            return new PortPlan(first.address(), first.bindPort(), listeners, Destinations.of(listeners, callers));
        }

        private CompiledListener listener(ListenerIr listener) {
            CompiledChain preRouting = CompiledChain.EMPTY;
            Optional<String> broken = Optional.empty();
            try {
                preRouting = CompiledChain.EMPTY.followedBy(entries(listener.preRouting()));
            } catch (FilterInstances.UnusableFilter unusable) {
                broken = Optional.of(problem(unusable));
            }
            Map<String, RouteTable> hosts = new HashMap<>();
            boolean reusable = listener.preRouting().isEmpty();
            for (HostIr host : listener.hosts()) {
                hosts.put(host.hostname(), table(host, preRouting, broken, reusable));
            }
            return new CompiledListener(listener, preRouting, HostTable.of(hosts));
        }

        private RouteTable table(HostIr host, CompiledChain preRouting, Optional<String> broken, boolean reusable) {
            if (!reusable) {
                return compile(host, preRouting, broken);
            }
            RouteTable made =
                    tables.find(host).or(() -> takeOver(host)).orElseGet(() -> compile(host, preRouting, broken));
            tables.put(host, made);
            return made;
        }

        /** The table of an equal host in the snapshot before, if all that it refers to is still the same. */
        private Optional<RouteTable> takeOver(HostIr host) {
            Optional<RouteTable> before = previous.tables().find(host).filter(this::sameBackends);
            before.ifPresent(this::keepFilters);
            return before;
        }

        private void keepFilters(RouteTable table) {
            for (CompiledRoute route : table.routes()) {
                route.rule().chain().entries().forEach(instances::keep);
                if (route.rule().action() instanceof CompiledAction.Forward forward) {
                    forward.targets().forEach(target -> target.filters().forEach(instances::keep));
                }
            }
        }

        private boolean sameBackends(RouteTable table) {
            for (CompiledRoute route : table.routes()) {
                if (!RuleCompiler.usesOnly(route.rule(), backends)) {
                    return false;
                }
            }
            return true;
        }

        private RouteTable compile(HostIr host, CompiledChain preRouting, Optional<String> broken) {
            IdentityHashMap<RuleIr, CompiledRule> rules = new IdentityHashMap<>();
            RuleCompiler compiler = new RuleCompiler(backends, this::entries, this::problem, tokens);
            List<CompiledRoute> routes = new ArrayList<>(host.routes().size());
            host.routes().forEach(route -> {
                CompiledRule rule = rules.computeIfAbsent(
                        route.rule(),
                        wanted -> broken.map(message -> RuleCompiler.broken(wanted, message))
                                .orElseGet(() -> compiler.compile(wanted, preRouting)));
                routes.add(new CompiledRoute(new RouteMatcher(route.match()), rule));
            });
            return new RouteTable(routes);
        }

        private List<ChainEntry> entries(List<FilterIr> filters) throws FilterInstances.UnusableFilter {
            if (filters.isEmpty()) {
                return List.of();
            }
            List<ChainEntry> entries = new ArrayList<>(filters.size());
            for (FilterIr filter : filters) {
                entries.add(instances.entry(filter));
            }
            return entries;
        }

        private String problem(FilterInstances.UnusableFilter unusable) {
            String message = String.valueOf(unusable.getMessage());
            problems.add(message);
            return message;
        }
    }

    /** What is in {@link ActionIr.Forward} and {@link RuleIr}, seen by the rule compiler. */
    interface Entries {
        List<ChainEntry> of(List<FilterIr> filters) throws FilterInstances.UnusableFilter;
    }
}
