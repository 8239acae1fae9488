package dev.waypoint.control.provision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.provision.ProxyDemand.Fate;
import dev.waypoint.control.provision.ProxyManifests.Manifest;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterApi.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the Deployments, Services and so on of Gateways as they should be: applies what is new or different, repairs what somebody
 * changed, removes what is no longer asked for. What belongs to a deleted Gateway the cluster removes by itself. For one thread.
 */
public final class Provisioner {

    private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);

    private final ClusterApi api;
    private final OwnedObjects owned;
    private final SessionSecrets sessions;
    private final Map<String, Applied> applied = new HashMap<>();
    private final Map<DataPlane, Settled> settled = new HashMap<>();
    private final Map<DataPlane, String> problems = new ConcurrentHashMap<>();

    /** @param after the part of the object that was applied, as the server had it right afterwards */
    private record Applied(ObjectNode object, JsonNode after) {}

    /** What was found to be right: as long as nothing of it changes, there is nothing to compare. */
    private record Settled(ProxyDemand demand, ProxyDemand.Setup setup, Map<String, ObjectNode> live) {
        @SuppressWarnings("ReferenceEquality") // an object that changed is another one
        boolean holds(ProxyDemand newDemand, ProxyDemand.Setup newSetup, OwnedObjects owned) {
            return newDemand.equals(demand)
                    && newSetup.equals(setup)
                    && live.entrySet().stream()
                            .allMatch(one -> owned.find(one.getKey()).orElse(null) == one.getValue());
        }
    }

    /** @param owned the objects as they are in the cluster */
    public Provisioner(ClusterApi api, OwnedObjects owned) {
        this.api = api;
        this.owned = owned;
        this.sessions = new SessionSecrets(api);
    }

    /**
     * Makes it so.
     *
     * @param demands one for each data plane that is served
     * @param fate what becomes of the objects of a Gateway that asks for nothing now
     */
    public void update(List<ProxyDemand> demands, ProxyDemand.Setup setup, Function<ResourceRef, Fate> fate) {
        Set<String> wanted = new HashSet<>();
        Set<DataPlane> planes = new HashSet<>();
        Set<ResourceRef> demanding = new HashSet<>();
        for (ProxyDemand demand : demands) {
            planes.add(demand.plane());
            wanted.addAll(settle(demand, setup));
            demand.owners().gateways().forEach(gateway -> demanding.add(gateway.ref()));
        }
        owned.all().forEach((path, object) -> {
            if (!wanted.contains(path)) {
                List<ResourceRef> living = OwnedObjects.gateways(object).stream()
                        .filter(gateway -> fate.apply(gateway) != Fate.GONE)
                        .toList();
                boolean superfluous = !living.isEmpty()
                        && living.stream()
                                .allMatch(gateway -> demanding.contains(gateway) || fate.apply(gateway) == Fate.OTHERS);
                if (superfluous) {
                    remove(path, living);
                }
            }
        });
        applied.keySet().retainAll(wanted);
        settled.keySet().retainAll(planes);
    }

    /** Makes the objects of one data plane as they should be; their paths. */
    private Set<String> settle(ProxyDemand demand, ProxyDemand.Setup setup) {
        Settled before = settled.get(demand.plane());
        if (before != null && before.holds(demand, setup, owned)) {
            return before.live().keySet();
        }
        Set<String> wanted = new HashSet<>(apply(demand, setup));
        Map<String, ObjectNode> live = new HashMap<>();
        wanted.forEach(path -> owned.find(path).ifPresent(object -> live.put(path, object)));
        boolean complete = demand.sessions().isPresent()
                && problem(demand.plane()).isEmpty()
                && live.keySet().equals(wanted);
        if (complete) {
            settled.put(demand.plane(), new Settled(demand, setup, live));
        } else {
            settled.remove(demand.plane());
        }
        return wanted;
    }

    /** The paths of what belongs to the data plane, whether or not all of it could be made. */
    private List<String> apply(ProxyDemand demand, ProxyDemand.Setup setup) {
        Manifest account = ProxyManifests.account(demand, setup);
        List<String> failures = new ArrayList<>();
        List<String> paths = new ArrayList<>(List.of(account.path()));
        apply(account).ifPresent(failures::add);
        Optional<String> secret = demand.sessions()
                .or(() -> owned.find(account.path()).flatMap(made -> sessions.make(demand.plane(), made)));
        for (Manifest manifest : ProxyManifests.of(demand.with(secret), setup)) {
            paths.add(manifest.path());
            apply(manifest).ifPresent(failures::add);
        }
        if (failures.isEmpty()) {
            problems.remove(demand.plane());
        } else {
            problems.put(demand.plane(), String.join("; ", failures));
        }
        return paths;
    }

    /** The objects as they are in the cluster. */
    public OwnedObjects owned() {
        return owned;
    }

    /** Why the proxies of a data plane could not be made as they should be. */
    public Optional<String> problem(DataPlane plane) {
        return Optional.ofNullable(problems.get(plane));
    }

    private Optional<String> apply(Manifest manifest) {
        String path = manifest.path();
        Optional<ObjectNode> live = owned.find(path);
        Optional<Applied> before = Optional.ofNullable(applied.get(path))
                .filter(known -> known.object().equals(manifest.object()));
        if (before.isPresent() && live.isPresent()) {
            if (Drift.part(live.get(), manifest.object()).equals(before.get().after())) {
                return Optional.empty();
            }
            LOG.info("{} was changed by somebody else; repairing it", path);
        }
        if (live.isPresent() && mustMove(manifest, live.get())) {
            remove(path, OwnedObjects.gateways(live.get()));
            live = Optional.empty();
        }
        if (live.isEmpty()) {
            Optional<String> stranger = stranger(path);
            if (stranger.isPresent()) {
                return stranger;
            }
        }
        Answer answer = api.apply(path, manifest.object());
        if (!answer.done()) {
            LOG.warn("{} could not be applied: {}", path, answer.problem());
            applied.remove(path);
            return Optional.of(path + " could not be applied: " + answer.problem());
        }
        if (answer.body() instanceof ObjectNode now) {
            owned.note(path, now);
            applied.put(path, new Applied(manifest.object(), Drift.part(now, manifest.object())));
        }
        return Optional.empty();
    }

    /** Load balancers give an address once: a Service that asks for another one has to be made anew. */
    private static boolean mustMove(Manifest manifest, JsonNode live) {
        String wanted =
                manifest.object().at("/spec/" + ProxyManifests.LOAD_BALANCER_IP).asText();
        if (manifest.kind() != OwnedKind.SERVICE
                || wanted.equals(
                        live.at("/spec/" + ProxyManifests.LOAD_BALANCER_IP).asText())) {
            return false;
        }
        return !wanted.isEmpty()
                && !live.at("/status/loadBalancer/ingress")
                        .findValuesAsText("ip")
                        .contains(wanted);
    }

    /** An object of the name that we did not make is not ours to change. */
    private Optional<String> stranger(String path) {
        Answer answer = api.read(path);
        boolean foreign = answer.done()
                && !answer.body()
                        .path("metadata")
                        .path("labels")
                        .path(ProxyManifests.MANAGED_BY)
                        .asText()
                        .equals(ProxyManifests.MANAGER);
        return foreign
                ? Optional.of(path + " exists and was not made by this controller: rename it, or the Gateway")
                : Optional.empty();
    }

    private void remove(String path, List<ResourceRef> gateways) {
        Answer answer = api.delete(path);
        if (answer.done()) {
            LOG.info("{} is no longer needed by {}; removed", path, gateways);
            owned.forget(path);
        } else {
            LOG.warn("{} could not be removed: {}", path, answer.problem());
        }
    }
}
