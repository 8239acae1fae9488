package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.GatewayClass;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.LabelSelector;
import dev.waypoint.api.Listener.FromNamespaces;
import dev.waypoint.api.ListenerSet;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the Gateways that are ours, with the ListenerSets that they allow. */
final class Gateways {

    private static final String NAME_LABEL = "kubernetes.io/metadata.name";

    private final Translator memory;
    private final ObjectIndex index;
    private final TranslatorSettings settings;
    private final boolean adopting;
    private final Map<ResourceRef, SharedPlane> shared = new HashMap<>();

    Gateways(Translator memory, ObjectIndex index, TranslatorSettings settings) {
        this.memory = memory;
        this.index = index;
        this.settings = settings;
        this.adopting = settings.adoptsStrangers()
                && index.set().all(Kinds.GATEWAY_CLASS).stream().noneMatch(this::bearsOurName)
                && index.set().all(Kinds.GATEWAY).stream()
                        .noneMatch(gateway -> isImplied(gateway.spec().gatewayClassName()));
    }

    private boolean bearsOurName(Resource<GatewayClass> gatewayClass) {
        return gatewayClass.spec().controllerName().equals(settings.controllerName());
    }

    private boolean isImplied(String className) {
        return settings.impliedClass().filter(className::equals).isPresent();
    }

    /** The classes of other controllers whose Gateways are served all the same. */
    List<Resource<GatewayClass>> adopted() {
        return adopting ? List.copyOf(index.set().all(Kinds.GATEWAY_CLASS)) : List.of();
    }

    /** The Gateways of our classes, the oldest first. */
    List<GatewayPlan> plans() {
        List<GatewayPlan> plans = index.set().all(Kinds.GATEWAY).stream()
                .filter(gateway -> isOurs(gateway.spec().gatewayClassName()))
                .sorted(Resource.BY_AGE)
                .map(this::plan)
                .toList();
        // Without a cluster there is one process for all of them anyway.
        return settings.cluster() ? sharing(plans) : plans;
    }

    /** The proxies that Gateways share, after {@link #plans}. */
    Map<ResourceRef, SharedPlane> shared() {
        return shared;
    }

    /** Of listeners that cannot be told apart in shared proxies, that of the older Gateway is served. */
    private List<GatewayPlan> sharing(List<GatewayPlan> plans) {
        Map<SharedPlane, List<ListenerState>> earlier = new HashMap<>();
        List<GatewayPlan> all = new ArrayList<>();
        for (GatewayPlan plan : plans) {
            Optional<SharedPlane> plane = SharedPlane.of(index, plan.gateway());
            if (plane.isEmpty()) {
                all.add(plan);
                continue;
            }
            shared.put(plan.gateway().ref(), plane.get());
            List<ListenerState> winners = earlier.computeIfAbsent(plane.get(), absent -> new ArrayList<>());
            GatewayPlan beside = memory.besides.get(
                    plan.gateway().ref(),
                    List.of(plan, List.copyOf(winners)),
                    index,
                    view -> plan.with(ListenerConflicts.beside(plan.listeners(), winners)));
            if (plan.refusal().isEmpty() && plan.addressProblem().isEmpty()) {
                winners.addAll(beside.listeners());
            }
            all.add(beside);
        }
        return all;
    }

    /** Whether a GatewayClass is ours. */
    boolean isOurs(Resource<GatewayClass> gatewayClass) {
        return adopting || bearsOurName(gatewayClass);
    }

    private boolean isOurs(String className) {
        return index.find(Kinds.GATEWAY_CLASS, "", className).map(this::isOurs).orElse(isImplied(className));
    }

    private GatewayPlan plan(Resource<Gateway> gateway) {
        List<Resource<ListenerSet>> sets = index.sets(gateway.ref());
        return memory.plans.get(gateway.ref(), List.of(gateway, sets), index, view -> plan(gateway, sets, view));
    }

    private GatewayPlan plan(Resource<Gateway> gateway, List<Resource<ListenerSet>> sets, View view) {
        List<ListenerState> own =
                Listeners.read(view, gateway, gateway, gateway.spec().listeners());
        List<ListenerState> added = new ArrayList<>();
        List<Resource<ListenerSet>> allowed = new ArrayList<>();
        List<Resource<ListenerSet>> refused = new ArrayList<>();
        sets.forEach(set -> {
            if (allows(gateway, set, view)) {
                allowed.add(set);
                added.addAll(Listeners.read(view, set, gateway, set.spec().listeners()));
            } else {
                refused.add(set);
            }
        });
        return new GatewayPlan(
                gateway,
                parametersProblem(gateway, view).or(() -> addressType(gateway)),
                unusableAddress(gateway),
                clientCertificateProblem(gateway, view),
                ListenerConflicts.resolve(own, added),
                allowed,
                refused);
    }

    private static boolean allows(Resource<Gateway> gateway, Resource<ListenerSet> set, View view) {
        Gateway.ListenerNamespaces namespaces =
                gateway.spec().allowedListeners().namespaces();
        return fromNamespace(view, namespaces.from(), namespaces.selector(), gateway.namespace(), set.namespace());
    }

    /** Whether something from a namespace may attach to what is in the other namespace. */
    static boolean fromNamespace(
            View view, FromNamespaces from, Optional<LabelSelector> selector, String home, String guest) {
        return switch (from) {
            case ALL -> true;
            case SAME -> home.equals(guest);
            case NONE -> false;
            case SELECTOR -> selector.isPresent() && selector.get().matches(labels(view, guest));
        };
    }

    /** A namespace's labels; the one with its name is there even if nobody wrote the namespace down. */
    private static Map<String, String> labels(View view, String namespace) {
        Map<String, String> labels = new HashMap<>();
        labels.put(NAME_LABEL, namespace);
        view.find(Kinds.NAMESPACE, "", namespace)
                .ifPresent(found -> labels.putAll(found.meta().labels()));
        return labels;
    }

    private static Optional<Problem> parametersProblem(Resource<Gateway> gateway, View view) {
        Optional<ObjectRef> ref = gateway.spec().infrastructure().flatMap(Gateway.Infrastructure::parametersRef);
        return ref.flatMap(parameters ->
                parametersProblem(view, parameters, gateway.namespace(), "spec.infrastructure.parametersRef"));
    }

    /** What is wrong with a reference to parameters. */
    static Optional<Problem> parametersProblem(View view, ObjectRef ref, String namespace, String path) {
        String kind = ref.kindOr("");
        if (!ref.group().equals(Kinds.WAYPOINT) || !kind.equals(Kinds.WAYPOINT_PARAMETERS.name())) {
            return Optional.of(new Problem(
                    Reasons.INVALID_PARAMETERS,
                    path,
                    ref.group() + "/" + kind,
                    "expected " + Kinds.WAYPOINT_PARAMETERS + " of group " + Kinds.WAYPOINT));
        }
        if (view.find(Kinds.WAYPOINT_PARAMETERS, namespace, ref.name()).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                Reasons.INVALID_PARAMETERS,
                path,
                Kinds.WAYPOINT_PARAMETERS.ref(namespace, ref.name()).toString(),
                "expected an object that exists, and there is none of this name"));
    }

    private static Optional<Problem> addressType(Resource<Gateway> gateway) {
        List<Gateway.Address> addresses = gateway.spec().addresses();
        for (int i = 0; i < addresses.size(); i++) {
            String type = addresses.get(i).type();
            if (!type.equals("IPAddress") && !type.equals("Hostname")) {
                return Optional.of(new Problem(
                        Reasons.UNSUPPORTED_ADDRESS,
                        "spec.addresses[" + i + "].type",
                        type,
                        "expected IPAddress or Hostname"));
            }
        }
        return Optional.empty();
    }

    private Optional<Problem> unusableAddress(Resource<Gateway> gateway) {
        List<Gateway.Address> addresses = gateway.spec().addresses();
        for (int i = 0; i < addresses.size(); i++) {
            Optional<String> value = addresses.get(i).value();
            if (addresses.get(i).type().equals("IPAddress")
                    && value.isPresent()
                    && !settings.usableAddress().test(value.get())) {
                return Optional.of(new Problem(
                        Reasons.ADDRESS_NOT_USABLE,
                        "spec.addresses[" + i + "].value",
                        value.get(),
                        "expected an address that can be bound"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> clientCertificateProblem(Resource<Gateway> gateway, View view) {
        List<Problem> problems = new ArrayList<>();
        BackendTls.clientCertificate(view, gateway, problems::add);
        return problems.stream().findFirst();
    }
}
