package dev.waypoint.control.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.gatewayapi.StatusTree;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterApi.Answer;
import dev.waypoint.source.kubernetes.LiveStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the statuses of objects in line with what is wanted. Each object is written by one call at a time, several objects at
 * once; a status that is as it should be is not written.
 */
public final class StatusWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final int AT_ONCE = 16;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final long RETRY_MILLIS = 200;
    private static final int ATTEMPTS = 8;

    private final ClusterApi api;
    private final Cluster cluster;
    private final String controllerName;
    private final EventRecorder events;
    private final InstantSource clock;
    private final Map<ResourceRef, Wanted> wanted = new ConcurrentHashMap<>();
    private final Map<ResourceRef, Settled> settled = new ConcurrentHashMap<>();
    private final Set<ResourceRef> busy = ConcurrentHashMap.newKeySet();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder writes = new LongAdder();

    /**
     * Where the present statuses are known from.
     *
     * @param live the status that an object was last seen with
     * @param note takes a status that was just written
     */
    public record Cluster(Function<ResourceRef, Optional<LiveStatus>> live, BiConsumer<ResourceRef, LiveStatus> note) {}

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
     * Replaces what is wanted, and writes what differs. Comes back at once.
     *
     * @param statuses the status of every object that has one of ours
     * @param addresses the addresses of Gateways
     */
    public void update(Map<ResourceRef, ObjectStatus> statuses, Map<ResourceRef, List<Address>> addresses) {
        wanted.keySet().retainAll(statuses.keySet());
        settled.keySet().retainAll(statuses.keySet());
        statuses.forEach((ref, status) -> {
            wanted.put(ref, new Wanted(status, addresses.getOrDefault(ref, List.of())));
            if (difference(ref).isPresent()) {
                begin(ref);
            }
        });
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
    public boolean speaksOf(ResourceRef ref) {
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
                try {
                    slots.acquire();
                    try {
                        write(ref);
                    } finally {
                        slots.release();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException bug) {
                    LOG.error("the status of {} could not be written; this is a bug", ref, bug);
                } finally {
                    busy.remove(ref);
                }
                return null;
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

    private void write(ResourceRef ref) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Difference> difference = difference(ref);
            if (difference.isEmpty()) {
                return;
            }
            LiveStatus live = difference.get().live();
            Answer answer = api.apply(live.path() + "/status", body(ref, difference.get()));
            if (answer.done()) {
                writes.increment();
                JsonNode now = answer.body();
                cluster.note()
                        .accept(
                                ref,
                                live.with(
                                        now.path("metadata")
                                                .path("resourceVersion")
                                                .asText(),
                                        now.path("status")));
                events.onStatus(ref, live, now.path("status"));
                continue;
            }
            if (answer.code() == NOT_FOUND) {
                return;
            }
            if (answer.code() != CONFLICT) {
                LOG.warn("the status of {} could not be written: {}", ref, answer.problem());
            }
            refresh(ref, live);
            Thread.sleep(RETRY_MILLIS * attempt);
        }
        LOG.warn("the status of {} changed too often to be written; the next change tries again", ref);
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
