package dev.waypoint.control.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.gatewayapi.StatusTree;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterApi.Answer;
import dev.waypoint.source.kubernetes.LiveStatus;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the statuses of objects in line with what is wanted. Each object is written by one call at a time, several objects at
 * once; a status that is as it should be is not written.
 */
public final class StatusWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final int AT_ONCE = 16;
    private static final int NOT_FOUND = 404;
    private static final long RETRY_MILLIS = 200;
    private static final long PAUSE_MILLIS = 50;
    private static final long MOST_PAUSE_MILLIS = 1000;
    private static final int ATTEMPTS = 8;

    private final ClusterApi api;
    private final Cluster cluster;
    private final String controllerName;
    private final EventRecorder events;
    private final InstantSource clock;
    private final Map<ResourceRef, Wanted> wanted = new ConcurrentHashMap<>();
    private final Map<ResourceRef, Settled> settled = new ConcurrentHashMap<>();
    private final Set<ResourceRef> unfinished = ConcurrentHashMap.newKeySet();
    private SortedMap<ResourceRef, ObjectStatus> told = new TreeMap<>();
    private Map<ResourceRef, Wanted> special = Map.of();
    private final Set<ResourceRef> busy = ConcurrentHashMap.newKeySet();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder writes = new LongAdder();

    /**
     * Where the present statuses are known from.
     *
     * @param live the status that an object was last seen with
     * @param note takes a status that was just written
     * @param changed the objects that were seen with another status since this was asked last
     */
    public record Cluster(
            Function<ResourceRef, Optional<LiveStatus>> live,
            BiConsumer<ResourceRef, LiveStatus> note,
            Supplier<? extends Collection<ResourceRef>> changed) {}

    /** @param addresses of a Gateway; empty for all else */
    private record Wanted(ObjectStatus status, List<Address> addresses) {}

    /** What was found to be the same: as long as neither changes, they need not be compared again. */
    private record Settled(Wanted wanted, JsonNode live) {
        @SuppressWarnings("ReferenceEquality") // a status that changed is another one
        boolean holds(Wanted newWanted, JsonNode newLive) {
            return live == newLive && wanted.equals(newWanted);
        }
    }

    /**
     * An address in a Gateway's status.
     *
     * @param type {@code IPAddress} or {@code Hostname}
     */
    public record Address(String type, String value) {}

    /** A writer for one cluster. */
    public StatusWriter(
            ClusterApi api, Cluster cluster, String controllerName, EventRecorder events, InstantSource clock) {
        this.api = api;
        this.cluster = cluster;
        this.controllerName = controllerName;
        this.events = events;
        this.clock = clock;
    }

    /**
     * What is said of all objects.
     *
     * @param general the status of every object that has one of ours; not to be changed afterwards, since the next one is compared with it
     * @param special what is said instead of some objects, or of others
     * @param addresses the addresses of Gateways
     */
    public record Said(
            SortedMap<ResourceRef, ObjectStatus> general,
            Map<ResourceRef, ObjectStatus> special,
            Map<ResourceRef, List<Address>> addresses) {}

    /**
     * Replaces what is wanted, and writes what differs. Comes back at once. Looks only at objects of which something else is said than
     * before, that changed in the cluster, or whose writing failed.
     */
    public void update(Said said) {
        Set<ResourceRef> affected = new HashSet<>(SortedDifference.keys(told, said.general()));
        Map<ResourceRef, Wanted> now = special(said);
        affected.addAll(special.keySet());
        affected.addAll(now.keySet());
        affected.addAll(cluster.changed().get());
        List<ResourceRef> again = List.copyOf(unfinished);
        again.forEach(unfinished::remove);
        affected.addAll(again);
        told = said.general();
        special = now;
        for (ResourceRef ref : affected) {
            Optional<Wanted> want = Optional.ofNullable(now.get(ref))
                    .or(() -> Optional.ofNullable(said.general().get(ref)).map(status -> new Wanted(status, List.of())))
                    .or(() -> takenBack(ref));
            if (want.isEmpty()) {
                wanted.remove(ref);
                settled.remove(ref);
                continue;
            }
            wanted.put(ref, want.get());
            if (difference(ref).isPresent()) {
                begin(ref);
            }
        }
    }

    private static Map<ResourceRef, Wanted> special(Said said) {
        Map<ResourceRef, Wanted> special = new HashMap<>();
        said.special()
                .forEach((ref, status) ->
                        special.put(ref, new Wanted(status, said.addresses().getOrDefault(ref, List.of()))));
        said.addresses().forEach((ref, addresses) -> {
            ObjectStatus status = said.general().get(ref);
            if (status != null) {
                special.putIfAbsent(ref, new Wanted(status, addresses));
            }
        });
        return special;
    }

    /** What was said of a Service has to be taken back when there is nothing to be said of it any more. */
    private Optional<Wanted> takenBack(ResourceRef ref) {
        boolean service = ref.group().isEmpty() && ref.kind().equals(Kinds.SERVICE.name());
        return service && speaksOf(ref)
                ? Optional.of(new Wanted(ObjectStatus.ServiceStatus.NONE, List.of()))
                : Optional.empty();
    }

    /** Whether an object's status says that a condition is true for this generation. */
    public boolean holds(ResourceRef ref, String type, long generation) {
        return cluster.live()
                .apply(ref)
                .map(live -> {
                    for (JsonNode condition : live.status().path("conditions")) {
                        if (condition.path("type").asText().equals(type)) {
                            return condition.path("status").asText().equals("True")
                                    && condition.path("observedGeneration").asLong() == generation;
                        }
                    }
                    return false;
                })
                .orElse(false);
    }

    /** Whether an object's status holds conditions of our own domain. */
    private boolean speaksOf(ResourceRef ref) {
        return cluster.live()
                .apply(ref)
                .filter(live -> {
                    for (JsonNode condition : live.status().path("conditions")) {
                        if (StatusMerge.isOfOurDomain(condition)) {
                            return true;
                        }
                    }
                    return false;
                })
                .isPresent();
    }

    /** How many statuses were written, ever. */
    public long writes() {
        return writes.sum();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void begin(ResourceRef ref) {
        if (busy.add(ref)) {
            threads.submit(() -> {
                boolean done = false;
                try {
                    done = write(ref);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException bug) {
                    LOG.error("the status of {} could not be written; this is a bug", ref, bug);
                } finally {
                    busy.remove(ref);
                    if (!done) {
                        unfinished.add(ref);
                    }
                }
                // What became wanted while this one was at its end found it busy.
                if (done && difference(ref).isPresent()) {
                    begin(ref);
                }
                return done;
            });
        }
    }

    private record Difference(LiveStatus live, ObjectNode status) {}

    private Optional<Difference> difference(ResourceRef ref) {
        Wanted want = wanted.get(ref);
        if (want == null) {
            return Optional.empty();
        }
        return cluster.live().apply(ref).flatMap(live -> {
            Settled known = settled.get(ref);
            if (known != null && known.holds(want, live.status())) {
                return Optional.empty();
            }
            Optional<ObjectNode> merged = new StatusMerge(
                            controllerName, clock.instant(), !(want.status() instanceof ObjectStatus.ServiceStatus))
                    .merge(tree(want), live.status());
            if (merged.isEmpty()) {
                settled.put(ref, new Settled(want, live.status()));
            }
            return merged.map(status -> new Difference(live, status));
        });
    }

    private static ObjectNode tree(Wanted want) {
        ObjectNode tree = StatusTree.of(want.status());
        if (want.status() instanceof ObjectStatus.GatewayStatus) {
            want.addresses()
                    .forEach(address -> tree.withArray("addresses")
                            .addObject()
                            .put("type", address.type())
                            .put("value", address.value()));
            if (want.addresses().isEmpty()) {
                tree.putArray("addresses");
            }
        }
        return tree;
    }

    /** Writes until the status is as it should be; false if that did not succeed for now. */
    private boolean write(ResourceRef ref) throws InterruptedException {
        int written = 0;
        int failed = 0;
        String problem = "";
        while (failed < ATTEMPTS) {
            Optional<Difference> difference = difference(ref);
            if (difference.isEmpty()) {
                return true;
            }
            LiveStatus live = difference.get().live();
            Answer answer = apply(ref, difference.get());
            if (answer.done()) {
                note(ref, live, answer);
                events.onStatus(ref, live, answer.body().path("status"));
                // What is wanted may change all the time, as the number of a Gateway's routes does while they are
                // created.
                Thread.sleep(Math.min(MOST_PAUSE_MILLIS, PAUSE_MILLIS * written++));
                continue;
            }
            if (answer.code() == NOT_FOUND) {
                return false;
            }
            problem = answer.problem();
            refresh(ref, live);
            Thread.sleep(RETRY_MILLIS * failed++);
        }
        LOG.warn("the status of {} could not be written, trying again later: {}", ref, problem);
        return false;
    }

    private Answer apply(ResourceRef ref, Difference difference) throws InterruptedException {
        slots.acquire();
        try {
            return api.apply(difference.live().path() + "/status", body(ref, difference));
        } finally {
            slots.release();
        }
    }

    private void note(ResourceRef ref, LiveStatus live, Answer answer) {
        writes.increment();
        JsonNode now = answer.body();
        cluster.note()
                .accept(
                        ref,
                        live.with(now.path("metadata").path("resourceVersion").asText(), now.path("status")));
    }

    /** The event of a change may take a while; the object itself does not. */
    private void refresh(ResourceRef ref, LiveStatus live) {
        Answer answer = api.read(live.path());
        if (answer.done()) {
            JsonNode object = answer.body();
            cluster.note()
                    .accept(
                            ref,
                            live.with(
                                    object.path("metadata")
                                            .path("resourceVersion")
                                            .asText(),
                                    object.path("status")));
        }
    }

    private static ObjectNode body(ResourceRef ref, Difference difference) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", difference.live().apiVersion()).put("kind", ref.kind());
        ObjectNode metadata = object.putObject("metadata").put("name", ref.name());
        if (!ref.namespace().isEmpty()) {
            metadata.put("namespace", ref.namespace());
        }
        metadata.put("uid", difference.live().uid());
        if (StatusMerge.isShared(difference.status())) {
            metadata.put("resourceVersion", difference.live().resourceVersion());
        }
        object.set("status", difference.status());
        return object;
    }
}
