package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Pod;
import dev.waypoint.api.Service;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BindingIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The Services of a mesh with their routes, and the listeners by which waypoints stand in for them. */
final class MeshServices {

    private static final String TCP = "TCP";
    private static final Set<String> NOT_HTTP = Set.of("tcp", "tls", "https", "mysql", "mongo", "redis", "udp");

    private final Translator memory;
    private final ObjectIndex index;
    private final Enrolment enrolment;
    private final ListenerSettingsIr settings;
    private final Map<MeshRoutes.PortKey, List<AttachedRoute>> members = new HashMap<>();
    private final Set<BackendId> used = new HashSet<>();
    private final Map<Resource<Service>, List<Problem>> unserved = new LinkedHashMap<>();

    MeshServices(Translator memory, ObjectIndex index, Enrolment enrolment) {
        this.memory = memory;
        this.index = index;
        this.enrolment = enrolment;
        this.settings = ListenerSettingsIr.DEFAULT;
    }

    /** Takes a route for a port. */
    AttachedRoute take(RouteDraft draft, MeshRoutes.PortKey place) {
        AttachedRoute route = attach(draft, place.service(), place.port(), place);
        members.computeIfAbsent(place, absent -> new ArrayList<>()).add(route);
        used.addAll(route.backends());
        return route;
    }

    private AttachedRoute attach(RouteDraft draft, ResourceRef service, int port, Object place) {
        ListenerLevel level = level(service, port);
        return memory.attached.get(
                new Translator.PlaceKey(draft.route().ref(), place),
                List.of(draft, level),
                index,
                view -> AttachedRoute.of(draft, new RuleAssembly(level, memory.compiler, view)));
    }

    private ListenerLevel level(ResourceRef service, int port) {
        Optional<Service.Port> found = index.find(Kinds.SERVICE, service.namespace(), service.name())
                .flatMap(one -> one.spec().ports().stream()
                        .filter(each -> each.port() == port)
                        .findFirst());
        Optional<Resource<Gateway>> waypoint = enrolment.waypoint(service);
        return memory.levels.get(
                new Target(service, found.map(Service.Port::name).orElse("")),
                List.copyOf(waypoint.stream().toList()),
                index,
                view -> ListenerLevels.of(waypoint.map(Resource::ref), service, found, memory.policies, view));
    }

    /** The backends of all routes. */
    Set<BackendId> used() {
        return used;
    }

    /** The routes of each port in the order of their precedence. */
    List<Translation.ServiceRoutes> routes() {
        List<Translation.ServiceRoutes> services = new ArrayList<>();
        members.forEach((place, routes) -> services.add(new Translation.ServiceRoutes(
                place.service(), place.port(), place.consumers(), sorted(routes.stream()))));
        services.sort(Comparator.comparing(Translation.ServiceRoutes::service)
                .thenComparingInt(Translation.ServiceRoutes::port)
                .thenComparing(Translation.ServiceRoutes::consumers));
        return services;
    }

    private static List<RouteIr> sorted(Stream<AttachedRoute> routes) {
        return routes.flatMap(route -> route.entries().stream())
                .sorted(Comparator.comparing(entry -> entry.candidate(""), RoutePrecedence.ORDER))
                .map(AttachedRoute.Entry::ir)
                .toList();
    }

    /**
     * What a waypoint serves.
     *
     * @param listeners one for each HTTP port of its Services, and for each namespace whose callers have routes of their own
     * @param used the backends of these
     * @param callers the namespaces of callers by address, as far as listeners differ for them
     */
    record Frontends(List<ListenerIr> listeners, Set<BackendId> used, Map<String, String> callers) {
        static final Frontends NONE = new Frontends(List.of(), Set.of(), Map.of());
    }

    Frontends frontends(GatewayPlan plan) {
        if (plan.listeners().stream().noneMatch(listener -> listener.mesh() && plan.serves(listener))) {
            return Frontends.NONE;
        }
        List<ListenerIr> listeners = new ArrayList<>();
        Set<BackendId> backends = new HashSet<>();
        Set<String> consumers = new HashSet<>();
        for (Resource<Service> service : enrolment.services(plan.gateway())) {
            noteUnserved(service, plan.gateway());
            for (Service.Port port : service.spec().ports()) {
                if (isHttp(port)) {
                    Map<String, List<AttachedRoute>> byCallers = byCallers(service, port);
                    consumers.addAll(byCallers.keySet());
                    byCallers.forEach((namespace, routes) -> {
                        listeners.add(listener(service, port, namespace, routes));
                        routes.forEach(route -> backends.addAll(route.backends()));
                    });
                    level(service.ref(), port.port())
                            .preRouting()
                            .forEach(filter -> backends.addAll(filter.backends()));
                }
            }
        }
        return new Frontends(listeners, backends, callers(consumers));
    }

    /** The ports of Services behind waypoints that no waypoint serves, known after {@link #frontends} of all of them. */
    Map<Resource<Service>, List<Problem>> unserved() {
        return unserved;
    }

    private void noteUnserved(Resource<Service> service, Resource<Gateway> waypoint) {
        List<Service.Port> ports = service.spec().ports();
        for (int i = 0; i < ports.size(); i++) {
            Service.Port port = ports.get(i);
            if (port.protocol().equals(TCP) && !isHttp(port)) {
                unserved.computeIfAbsent(service, absent -> new ArrayList<>())
                        .add(new Problem(
                                Reasons.UNSUPPORTED_PROTOCOL,
                                "spec.ports[" + i + "]",
                                port.port() + " (" + protocol(port) + ")",
                                "connections to it are refused, since " + waypoint.ref()
                                        + " serves HTTP and gRPC only: take the Service out of it by the label "
                                        + Enrolment.LABEL + ": none, or give this port a Service of its own"));
            }
        }
    }

    /** The routes of a port for everybody, and for the callers of single namespaces. Without routes the Service itself is one. */
    private Map<String, List<AttachedRoute>> byCallers(Resource<Service> service, Service.Port port) {
        Map<String, List<AttachedRoute>> byCallers = new TreeMap<>();
        members.forEach((place, routes) -> {
            if (place.service().equals(service.ref()) && place.port() == port.port()) {
                byCallers.put(place.consumers(), routes);
            }
        });
        if (!byCallers.containsKey("")) {
            byCallers.put("", List.of(plain(service, port)));
        }
        return byCallers;
    }

    private AttachedRoute plain(Resource<Service> service, Service.Port port) {
        RouteDraft draft = memory.drafts.get(
                new Translator.DraftKey(service.ref(), port.port()),
                List.of(service),
                index,
                view -> plainDraft(service, port));
        return attach(draft, service.ref(), port.port(), new MeshRoutes.PortKey(service.ref(), port.port(), ""));
    }

    private static RouteDraft plainDraft(Resource<Service> service, Service.Port port) {
        BackendId backend = BackendId.of(service.namespace(), service.name(), port.port());
        RouteDraft.RuleDraft rule = new RouteDraft.RuleDraft(
                0,
                port.name().isEmpty() ? String.valueOf(port.port()) : port.name(),
                List.of(new RouteDraft.RankedMatch(
                        MatchIr.ALL, new MatchRank(MatchRank.PathClass.PREFIX, 1, 0, false, 0, 0), 0)),
                List.of(),
                new ActionIr.Forward(
                        List.of(new ActionIr.WeightedIr(Optional.of(backend), "", 1, List.of(), Map.of())), List.of()),
                RouteDraft.RuleTimes.NONE,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                true,
                Set.of(backend));
        return new RouteDraft(
                service,
                new RouteDraft.Head(List.of(), List.of(), Gateway.Scope.NONE),
                List.of(rule),
                RouteDraft.Problems.NONE,
                Set.of());
    }

    private ListenerIr listener(
            Resource<Service> service, Service.Port port, String callers, List<AttachedRoute> routes) {
        return new ListenerIr(
                service.ref(),
                port.name().isEmpty() ? String.valueOf(port.port()) : port.name(),
                Optional.empty(),
                port.port(),
                ListenerIr.Protocol.HTTP,
                "",
                Optional.empty(),
                ListenerLevel.ready(level(service.ref(), port.port()).preRouting()),
                List.of(new HostIr(Hostnames.ANY, sorted(routes.stream()))),
                settings,
                Optional.of(new BindingIr(port.port(), addresses(service.spec()), callers)));
    }

    private static List<String> addresses(Service service) {
        return service.clusterIPs().isEmpty() ? service.clusterIP().stream().toList() : service.clusterIPs();
    }

    /** A protocol that is named decides; a port's name may begin with one. What says nothing is taken for HTTP. */
    private static boolean isHttp(Service.Port port) {
        return port.protocol().equals(TCP) && !NOT_HTTP.contains(protocol(port));
    }

    private static String protocol(Service.Port port) {
        String name = port.appProtocol().orElse(port.name()).toLowerCase(Locale.ROOT);
        int dash = name.indexOf('-');
        return dash < 0 ? name : name.substring(0, dash);
    }

    private Map<String, String> callers(Set<String> namespaces) {
        Map<String, String> callers = new HashMap<>();
        if (namespaces.size() > 1) {
            for (Resource<Pod> pod : index.set().all(Kinds.POD)) {
                if (namespaces.contains(pod.namespace())) {
                    pod.spec().podIPs().forEach(address -> callers.put(address.ip(), pod.namespace()));
                }
            }
        }
        return callers;
    }
}
