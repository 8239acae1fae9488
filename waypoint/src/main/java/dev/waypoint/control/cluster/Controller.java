package dev.waypoint.control.cluster;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Pod;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.ConfigTargets;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyLabels;
import dev.waypoint.control.cluster.Programming.Obstacle;
import dev.waypoint.control.provision.Provisioner;
import dev.waypoint.control.provision.ProxyDemand;
import dev.waypoint.control.status.StatusWriter;
import dev.waypoint.control.status.StatusWriter.Address;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.gatewayapi.Translation;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a cluster's objects to configuration for proxies, statuses and Deployments. {@link #changed} and {@link #wake} may be called
 * by any thread and come back at once; the work is done by a thread of its own. Nothing is done before {@link #lead}.
 */
public final class Controller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    private static final Duration AGAIN = Duration.ofSeconds(10);
    private static final String INVALID = "Invalid";

    private final Parts parts;
    private final Unreadable unreadable;
    private final Map<DataPlane, PlaneState> planes = new HashMap<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("controller").unstarted(this::run);
    private ResourceSet latest = ResourceSet.EMPTY;
    private boolean known;
    private boolean leading;
    private boolean awake;
    private boolean closed;
    private ResourceSet translated = ResourceSet.EMPTY;
    private Optional<Translation> translation = Optional.empty();
    private boolean takingOver = true;
    private long version;
    private int planesKnown;
    private long translations;
    private long rounds;
    private long busyNanos;

    /**
     * What a controller works with.
     *
     * @param translator for this controller's use alone
     */
    public record Parts(
            Translator translator,
            ConfigTargets targets,
            Provisioner provisioner,
            ClassFinalizers classes,
            StatusWriter statuses,
            Proxies proxies,
            InstantSource clock) {}

    /**
     * How proxies are started.
     *
     * @param image what they run unless parameters say otherwise
     * @param address where they find the config stream, {@code host:port}
     */
    public record Proxies(String image, String address) {}

    /** @param unreadable is told of objects that cannot be read */
    public Controller(Parts parts, Unreadable unreadable) {
        this.parts = parts;
        this.unreadable = unreadable;
        parts.targets().onChange(plane -> wake());
        parts.targets().onAuthorities(this::wake);
        thread.start();
    }

    /** Is told of objects that cannot be read. */
    public interface Unreadable {
        void report(ResourceSet set);
    }

    /** Takes over the objects of the cluster. */
    public synchronized void changed(ResourceSet set) {
        latest = set;
        known = true;
        wake();
    }

    /** Begins to act: nobody else does. */
    public synchronized void lead() {
        leading = true;
        wake();
    }

    /** Looks again at what is not an object of the set: proxies, Deployments, authorities. */
    public synchronized void wake() {
        awake = true;
        notifyAll();
    }

    /**
     * What the controller has to do with at the moment.
     *
     * @param translations how often objects were translated, ever
     * @param rounds how often the controller acted, ever; not every round has to translate
     * @param busyNanos how long all rounds took together, in nanoseconds
     */
    public record Facts(boolean leading, int objects, int gateways, long translations, long rounds, long busyNanos) {}

    /** What the controller has to do with at the moment. */
    public synchronized Facts facts() {
        return new Facts(leading, latest.size(), planesKnown, translations, rounds, busyNanos);
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void run() {
        try {
            for (Optional<ResourceSet> next = next(); next.isPresent(); next = next()) {
                long start = System.nanoTime();
                try {
                    act(next.get());
                } catch (RuntimeException bug) {
                    LOG.error("the cluster's objects could not be acted upon; this is a bug", bug);
                }
                noteRound(System.nanoTime() - start);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What failed is tried again after a while even if nothing changes. */
    private synchronized Optional<ResourceSet> next() throws InterruptedException {
        long end = System.nanoTime() + AGAIN.toNanos();
        while (!closed
                && !(isDue(end)
                        && leading
                        && known
                        && parts.provisioner().owned().isComplete())) {
            wait(AGAIN.toMillis());
        }
        awake = false;
        return closed ? Optional.empty() : Optional.of(latest);
    }

    private boolean isDue(long end) {
        return awake || System.nanoTime() >= end;
    }

    /** One round: translate if objects changed, publish, provision, write statuses. */
    private void act(ResourceSet set) {
        Translation now = translate(set);
        PlaneGroups groups = PlaneGroups.of(set, now);
        Map<DataPlane, Set<String>> readyPods = readyPods(set);
        publish(set, now, groups, readyPods);
        takingOver = false;
        Map<ResourceRef, ObjectStatus> special = new HashMap<>();
        Map<ResourceRef, List<Address>> addresses = new HashMap<>();
        now.gateways()
                .forEach((gateway, routing) -> set.find(Kinds.GATEWAY, gateway.namespace(), gateway.name())
                        .ifPresent(object -> {
                            Reach reach = reach(object, groups, readyPods);
                            addresses.put(gateway, reach.addresses());
                            Set<ResourceRef> owners = owners(routing);
                            owners.add(gateway);
                            owners.forEach(owner -> Optional.ofNullable(
                                            now.statuses().get(owner))
                                    .ifPresent(
                                            status -> special.put(owner, Programming.with(status, reach.obstacle()))));
                        }));
        parts.statuses().update(new StatusWriter.Said(now.statuses(), special, addresses));
        parts.classes().update(set);
        provision(set, now, groups);
    }

    private Translation translate(ResourceSet set) {
        if (translation.isEmpty() || !isSame(set, translated)) {
            long start = System.nanoTime();
            translation = Optional.of(parts.translator().translate(set));
            translated = set;
            note(translation.get().gateways().size());
            unreadable.report(set);
            LOG.debug("translated {} objects in {} us", set.size(), (System.nanoTime() - start) / 1000);
        }
        return translation.get();
    }

    private synchronized void noteRound(long nanos) {
        rounds++;
        busyNanos += nanos;
    }

    private synchronized void note(int gateways) {
        planesKnown = gateways;
        translations++;
    }

    @SuppressWarnings("ReferenceEquality") // the same set means that nothing changed
    private static boolean isSame(ResourceSet one, ResourceSet other) {
        return one == other;
    }

    private void publish(ResourceSet set, Translation now, PlaneGroups groups, Map<DataPlane, Set<String>> readyPods) {
        planes.keySet().removeIf(plane -> {
            boolean gone = !groups.has(plane);
            if (gone) {
                parts.targets().withdraw(plane);
            }
            return gone;
        });
        for (PlaneGroups.Group group : groups.all()) {
            DataPlane plane = group.plane();
            PlaneState state = planes.computeIfAbsent(plane, absent -> new PlaneState(plane, this::isTaken));
            Map<ResourceRef, RoutingIr> routings = new LinkedHashMap<>();
            Map<ResourceRef, Map<ResourceRef, Long>> generations = new HashMap<>();
            for (Resource<Gateway> gateway : group.gateways()) {
                RoutingIr routing = now.gateways().getOrDefault(gateway.ref(), RoutingIr.EMPTY);
                routings.put(gateway.ref(), routing);
                generations.put(gateway.ref(), generations(set, gateway, routing));
            }
            version = Math.max(version + 1, parts.clock().millis());
            state.update(
                            RoutingIr.joined(routings.values()),
                            generations,
                            readyPods.getOrDefault(plane, Set.of()).size(),
                            version)
                    .ifPresent(config -> parts.targets().publish(plane, config));
        }
    }

    /** Whether an earlier controller has seen that the proxies took what a Gateway says now. */
    private boolean isTaken(ResourceRef gateway) {
        return takingOver
                && translated
                        .find(gateway)
                        .filter(object -> parts.statuses()
                                .holds(gateway, "Programmed", object.meta().generation()))
                        .isPresent();
    }

    private static Map<ResourceRef, Long> generations(ResourceSet set, Resource<Gateway> gateway, RoutingIr routing) {
        Map<ResourceRef, Long> generations = new HashMap<>();
        generations.put(gateway.ref(), gateway.meta().generation());
        owners(routing)
                .forEach(owner -> set.find(owner)
                        .ifPresent(
                                object -> generations.put(owner, object.meta().generation())));
        return generations;
    }

    /** The ListenerSets, and the Gateway, whose listeners are served. */
    private static Set<ResourceRef> owners(RoutingIr routing) {
        Set<ResourceRef> owners = new HashSet<>();
        for (ListenerIr listener : routing.listeners()) {
            if (!listener.owner().kind().equals(Kinds.SERVICE.name())) {
                owners.add(listener.owner());
            }
        }
        return owners;
    }

    /** Where a Gateway can be reached, and why not as it asks. */
    private record Reach(List<Address> addresses, Optional<Obstacle> obstacle) {}

    private Reach reach(Resource<Gateway> gateway, PlaneGroups groups, Map<DataPlane, Set<String>> readyPods) {
        Optional<DataPlane> plane = groups.of(gateway.ref());
        Optional<PlaneState> state = plane.flatMap(one -> Optional.ofNullable(planes.get(one)));
        if (plane.isEmpty() || state.isEmpty()) {
            return new Reach(List.of(), groups.problem(gateway.ref()).map(problem -> new Obstacle(INVALID, problem)));
        }
        Addresses bound = Addresses.of(gateway, parts.provisioner().owned().service(plane.get()));
        return new Reach(
                bound.bound(),
                parts.provisioner()
                        .problem(plane.get())
                        .map(problem -> new Obstacle(INVALID, problem))
                        .or(bound::obstacle)
                        .or(() -> state.get()
                                .obstacle(
                                        gateway.ref(),
                                        readyPods.getOrDefault(plane.get(), Set.of()),
                                        parts.targets().replicas(plane.get()))));
    }

    private static Map<DataPlane, Set<String>> readyPods(ResourceSet set) {
        Map<DataPlane, Set<String>> ready = new HashMap<>();
        for (Resource<Pod> pod : set.all(Kinds.POD)) {
            if (pod.spec().ready()) {
                ProxyLabels.plane(pod.meta().labels())
                        .ifPresent(plane -> ready.computeIfAbsent(
                                        new DataPlane(pod.namespace(), plane), absent -> new TreeSet<>())
                                .add(pod.name()));
            }
        }
        return ready;
    }

    private void provision(ResourceSet set, Translation now, PlaneGroups groups) {
        Demands demands = new Demands(set, now);
        parts.provisioner()
                .update(
                        groups.all().stream()
                                .flatMap(group -> demands.of(group).stream())
                                .toList(),
                        new ProxyDemand.Setup(
                                parts.proxies().image(),
                                parts.proxies().address(),
                                parts.targets().authorities()),
                        demands::fate);
    }
}
