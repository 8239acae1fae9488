package dev.waypoint.gatewayapi;

import dev.waypoint.api.BackendTlsPolicy;
import dev.waypoint.api.EndpointSlice;
import dev.waypoint.api.ExtProcPolicy;
import dev.waypoint.api.HttpFilter;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ListenerSet;
import dev.waypoint.api.PolicyTarget;
import dev.waypoint.api.RateLimitPolicy;
import dev.waypoint.api.ReferenceGrant;
import dev.waypoint.api.TargetSelector;
import dev.waypoint.api.TrafficPolicy;
import dev.waypoint.api.UnreadablePolicy;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The objects with the ways to find them. Made from the index before it, so that groups that did not change stay the same. */
final class ObjectIndex implements View {

    private static final Map<Kind<?>, Function<Record, List<PolicyTarget>>> POLICY_TARGETS = Map.of(
            Kinds.TRAFFIC_POLICY, policy -> ((TrafficPolicy) policy).targetRefs(),
            Kinds.HTTP_FILTER, policy -> ((HttpFilter) policy).targetRefs(),
            Kinds.RATE_LIMIT_POLICY, policy -> ((RateLimitPolicy) policy).targetRefs(),
            Kinds.EXT_PROC_POLICY, policy -> ((ExtProcPolicy) policy).targetRefs(),
            Kinds.BACKEND_TLS_POLICY, policy -> ((BackendTlsPolicy) policy).targetRefs(),
            Kinds.UNREADABLE_POLICY, policy -> ((UnreadablePolicy) policy).targetRefs());

    /** What policies may select by labels. */
    private static final List<Kind<?>> SELECTABLE =
            List.of(Kinds.GATEWAY, Kinds.LISTENER_SET, Kinds.SERVICE, Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE);

    static final ObjectIndex EMPTY = new ObjectIndex(ResourceSet.EMPTY, Map.of(), Set.of());

    private final ResourceSet set;
    private final Map<Kind<?>, Map<Object, List<Resource<?>>>> groups;

    private final Set<Kind<?>> changed;

    private ObjectIndex(ResourceSet set, Map<Kind<?>, Map<Object, List<Resource<?>>>> groups, Set<Kind<?>> changed) {
        this.set = set;
        this.groups = groups;
        this.changed = changed;
    }

    /** The name of a Service, as a key. */
    private record ServiceKey(String namespace, String name) {}

    /** The index of the next set. */
    ObjectIndex next(ResourceSet newer) {
        Map<Kind<?>, Map<Object, List<Resource<?>>>> regrouped = new HashMap<>();
        regroup(newer, Kinds.REFERENCE_GRANT, false, regrouped, grant -> List.of(grant.namespace()));
        regroup(newer, Kinds.ENDPOINT_SLICE, false, regrouped, ObjectIndex::serviceOf);
        regroup(newer, Kinds.LISTENER_SET, false, regrouped, ObjectIndex::gatewayOf);
        boolean relabelled = SELECTABLE.stream().anyMatch(kind -> !set.sameObjects(newer, kind));
        for (Kind<?> kind : POLICY_TARGETS.keySet()) {
            boolean selects = newer.all(kind).stream()
                    .anyMatch(policy -> !selectors(policy).isEmpty());
            regroup(newer, kind, selects && relabelled, regrouped, policy -> List.copyOf(targets(policy, newer)));
        }
        Set<Kind<?>> different = new HashSet<>(POLICY_TARGETS.keySet());
        different.addAll(Kinds.ALL);
        different.removeIf(kind -> set.sameObjects(newer, kind) && isSameGroup(kind, regrouped));
        return new ObjectIndex(newer, regrouped, different);
    }

    @SuppressWarnings("ReferenceEquality") // groups that did not change are the same
    private boolean isSameGroup(Kind<?> kind, Map<Kind<?>, Map<Object, List<Resource<?>>>> regrouped) {
        return groups.getOrDefault(kind, Map.of()) == regrouped.getOrDefault(kind, Map.of());
    }

    @Override
    public boolean isChanged(Kind<?> kind) {
        return changed.contains(kind);
    }

    /** What a policy is attached to, by name or by labels. */
    List<Target> targets(Resource<?> policy) {
        return targets(policy, set);
    }

    private static List<Target> targets(Resource<?> policy, ResourceSet set) {
        Stream<Target> named = targetRefs(policy).stream().map(target -> Target.of(policy.namespace(), target));
        Stream<Target> selected = selectors(policy).stream().flatMap(selector -> selected(selector, policy, set));
        return Stream.concat(named, selected).distinct().toList();
    }

    private static List<TargetSelector> selectors(Resource<?> policy) {
        return switch (policy.spec()) {
            case RateLimitPolicy limits -> limits.targetSelectors();
            case UnreadablePolicy unreadable -> unreadable.targetSelectors();
            default -> List.of();
        };
    }

    private static Stream<Target> selected(TargetSelector selector, Resource<?> policy, ResourceSet set) {
        return SELECTABLE.stream()
                .filter(kind ->
                        kind.name().equals(selector.kind()) && kind.group().equals(selector.group()))
                .flatMap(kind -> set.all(kind).stream())
                .filter(object -> object.namespace().equals(policy.namespace())
                        && selector.matches(object.meta().labels()))
                .map(object -> Target.of(object.ref()))
                .sorted(Comparator.comparing(Target::object));
    }

    ResourceSet set() {
        return set;
    }

    /** What a policy is attached to by name. */
    static List<PolicyTarget> targetRefs(Resource<?> policy) {
        Function<Record, List<PolicyTarget>> targets = POLICY_TARGETS.get(policy.kind());
        return targets == null ? List.of() : targets.apply(policy.spec());
    }

    @Override
    public <T extends Record> Optional<Resource<T>> find(Kind<T> kind, String namespace, String name) {
        return set.find(kind, namespace, name);
    }

    @Override
    public List<Resource<ReferenceGrant>> grants(String namespace) {
        return group(Kinds.REFERENCE_GRANT, namespace);
    }

    @Override
    public List<Resource<EndpointSlice>> slices(String namespace, String service) {
        return group(Kinds.ENDPOINT_SLICE, new ServiceKey(namespace, service));
    }

    @Override
    public <T extends Record> List<Resource<T>> policies(Kind<T> kind, Target target) {
        return group(kind, target);
    }

    /** A group holds only objects of its kind. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private <T extends Record> List<Resource<T>> group(Kind<T> kind, Object key) {
        return (List) groups.getOrDefault(kind, Map.of()).getOrDefault(key, List.of());
    }

    /** The ListenerSets that name a Gateway as their parent, the oldest first. */
    List<Resource<ListenerSet>> sets(ResourceRef gateway) {
        return group(Kinds.LISTENER_SET, gateway);
    }

    private static List<Object> gatewayOf(Resource<?> set) {
        return set.spec() instanceof ListenerSet spec
                        && spec.parentRef().group().equals(Kinds.GATEWAY_API)
                        && spec.parentRef().kind().equals(Kinds.GATEWAY.name())
                ? List.of(Kinds.GATEWAY.ref(
                        spec.parentRef().namespace().orElse(set.namespace()),
                        spec.parentRef().name()))
                : List.of();
    }

    private static List<Object> serviceOf(Resource<?> slice) {
        String service = slice.meta().labels().get(EndpointSlice.SERVICE_LABEL);
        return service == null ? List.of() : List.of(new ServiceKey(slice.namespace(), service));
    }

    private void regroup(
            ResourceSet newer,
            Kind<?> kind,
            boolean otherwiseChanged,
            Map<Kind<?>, Map<Object, List<Resource<?>>>> regrouped,
            Function<Resource<?>, List<Object>> keys) {
        Map<Object, List<Resource<?>>> before = groups.getOrDefault(kind, Map.of());
        if (!otherwiseChanged && set.sameObjects(newer, kind)) {
            regrouped.put(kind, before);
            return;
        }
        regrouped.put(kind, otherwiseChanged ? grouped(newer, kind, before, keys) : patched(newer, kind, before, keys));
    }

    private static Map<Object, List<Resource<?>>> grouped(
            ResourceSet newer,
            Kind<?> kind,
            Map<Object, List<Resource<?>>> before,
            Function<Resource<?>, List<Object>> keys) {
        Map<Object, List<Resource<?>>> after = new HashMap<>();
        newer.all(kind)
                .forEach(resource -> keys.apply(resource)
                        .forEach(key -> after.computeIfAbsent(key, absent -> new ArrayList<>(1))
                                .add(resource)));
        after.replaceAll((key, now) -> {
            now.sort(Resource.BY_AGE);
            List<Resource<?>> then = before.getOrDefault(key, List.of());
            return Remembered.same(then, now) ? then : List.copyOf(now);
        });
        return after;
    }

    /** The same, where only objects changed and not what their keys are made of: other groups stay as they are. */
    private Map<Object, List<Resource<?>>> patched(
            ResourceSet newer,
            Kind<?> kind,
            Map<Object, List<Resource<?>>> before,
            Function<Resource<?>, List<Object>> keys) {
        Map<Object, List<Resource<?>>> after = new HashMap<>(before);
        ResourceSet.Difference difference = set.difference(newer, kind);
        Stream.concat(difference.gone().stream(), difference.present().stream().map(Resource::ref))
                .flatMap(ref -> set.find(ref).stream())
                .forEach(old -> keys.apply(old).forEach(key -> {
                    List<Resource<?>> rest = after.getOrDefault(key, List.of()).stream()
                            .<Resource<?>>map(one -> one)
                            .filter(one -> !one.ref().equals(old.ref()))
                            .toList();
                    if (rest.isEmpty()) {
                        after.remove(key);
                    } else {
                        after.put(key, rest);
                    }
                }));
        difference
                .present()
                .forEach(now -> keys.apply(now)
                        .forEach(key -> after.put(
                                key,
                                Stream.<Resource<?>>concat(after.getOrDefault(key, List.of()).stream(), Stream.of(now))
                                        .sorted(Resource.BY_AGE)
                                        .toList())));
        return after;
    }
}
