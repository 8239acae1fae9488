package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ParentRef;
import dev.waypoint.api.Service;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus.ParentStatus;
import dev.waypoint.gatewayapi.ObjectStatus.RouteStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ServiceStatus;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BindingIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One translation. */
final class TranslationRun {

    /** Stands for all Services of a mesh where it is one process that serves everything. */
    private static final ResourceRef MESH = Kinds.MESH.ref("", "");

    private final Translator memory;
    private final ObjectIndex index;
    private final TranslatorSettings settings;
    private final Usage usage = new Usage();
    private final Set<Finding> findings = new LinkedHashSet<>();
    private SortedMap<ResourceRef, ObjectStatus> statuses = new TreeMap<>();

    TranslationRun(Translator memory, ObjectIndex index) {
        this.memory = memory;
        this.index = index;
        this.settings = memory.settings;
    }

    Translation run() {
        findings.addAll(index.set().findings());
        Gateways gateways = new Gateways(memory, index, settings);
        List<GatewayPlan> plans = gateways.plans();
        Enrolment enrolment = new Enrolment(index, plans);
        MeshServices services = new MeshServices(memory, index, enrolment);
        memory.routes.update(plans, index);
        memory.backends.begin(index);
        memory.routes.findings().forEach(findings::addAll);
        statuses = new TreeMap<>(memory.routes.statuses());
        if (settings.mesh()) {
            routesOfServices(enrolment, services);
        }
        notePlans(plans);
        Map<ResourceRef, RoutingIr> byGateway = new LinkedHashMap<>();
        PlanePorts ports = new PlanePorts(plans, gateways.shared());
        plans.forEach(plan -> byGateway.put(plan.gateway().ref(), routing(plan, services.frontends(plan), ports)));
        RoutingIr all = settings.cluster() ? RoutingIr.EMPTY : union(byGateway, services.used());
        forget(byGateway.keySet());
        classStatuses(gateways);
        gatewayStatuses(plans);
        // Policies of a Service count behind a waypoint whether or not it has routes.
        plans.forEach(plan ->
                enrolment.services(plan.gateway()).forEach(service -> usage.note(service.ref(), service.ref())));
        policyStatuses();
        services.unserved().forEach((service, problems) -> {
            problems.forEach(problem -> findings.add(problem.warning(service)));
            serviceStatus(service, problems);
        });
        new AffectedTargets(index, statuses, settings.cluster()).tell();
        return new Translation(
                index.set().version(),
                all,
                byGateway,
                services.routes(),
                statuses,
                List.copyOf(findings),
                Map.copyOf(gateways.shared()));
    }

    /** What is remembered of Gateways that are gone, and of the backends that only they used, is of no more use. */
    private void forget(Set<ResourceRef> gateways) {
        Set<ResourceRef> users = new HashSet<>(gateways);
        users.add(MESH);
        memory.routings.keySet().retainAll(gateways);
        memory.backends.retain(users);
    }

    // ---- mesh

    private void routesOfServices(Enrolment enrolment, MeshServices services) {
        MeshRoutes mesh = new MeshRoutes(
                index,
                service -> !settings.cluster() || enrolment.waypoint(service).isPresent());
        for (RouteOutcome outcome : memory.routes.atServices()) {
            if (outcome.route().kind().equals(Kinds.GRPC_ROUTE)) {
                mesh.claim(outcome.route(), RouteDraft.Head.of(outcome.route()));
            }
        }
        memory.routes.atServices().forEach(outcome -> atServices(outcome, mesh, services));
    }

    /** Adds what Services say of a route to what its Gateways say. */
    private void atServices(RouteOutcome atGateways, MeshRoutes mesh, MeshServices services) {
        Resource<?> route = atGateways.route();
        RouteDraft draft = memory.drafts.get(
                new Translator.DraftKey(atGateways.ref(), 0),
                List.of(route),
                index,
                view -> RouteMemory.draft(route, view, memory.compiler, true));
        List<ParentStatus> parents = new ArrayList<>(atGateways.parents());
        List<MeshRoutes.Outcome> outcomes = mesh.attach(route, draft.head());
        for (MeshRoutes.Outcome outcome : outcomes) {
            parents.add(RouteStatuses.of(draft, outcome.ref(), outcome.refusal(), settings.controllerName()));
            outcome.refusal().ifPresent(problem -> report(problem, route));
            if (RouteStatuses.refusal(draft).isEmpty()) {
                outcome.ports().forEach(port -> take(draft, services.take(draft, port), port));
            }
        }
        if (!outcomes.isEmpty()) {
            draft.report(findings);
        }
        statuses.put(
                atGateways.ref(), new RouteStatus(inOrder(parents, draft.head().parentRefs())));
    }

    private static List<ParentStatus> inOrder(List<ParentStatus> parents, List<ParentRef> refs) {
        return parents.stream()
                .sorted(Comparator.comparingInt(parent -> {
                    int place = refs.indexOf(parent.parentRef());
                    return place < 0 ? refs.size() : place;
                }))
                .toList();
    }

    private void take(RouteDraft draft, AttachedRoute route, MeshRoutes.PortKey place) {
        usage.note(place.service(), place.service());
        usage.note(draft.route().ref(), place.service());
        usage.noteBackends(route.backends(), place.service());
        draft.usedFilters().forEach(filter -> usage.note(filter, place.service()));
    }

    // ---- listeners

    /** What the proxies of a Gateway serve; the same object as before if all of it is the same. */
    private RoutingIr routing(GatewayPlan plan, MeshServices.Frontends frontends, PlanePorts ports) {
        ResourceRef gateway = plan.gateway().ref();
        RoutingIr before = memory.routings.getOrDefault(gateway, RoutingIr.EMPTY);
        List<ListenerIr> listeners = new ArrayList<>(frontends.listeners());
        Set<BackendId> others = new HashSet<>(frontends.used());
        for (ListenerState listener : PlanePorts.served(plan)) {
            ListenerLevel level = memory.level(listener, index);
            level.preRouting().forEach(filter -> others.addAll(filter.backends()));
            listeners.add(ListenerRecords.of(
                    index,
                    listener,
                    level,
                    memory.hosts.of(listener.key(), memory.routes.of(listener.key())),
                    binding(ports.target(plan, listener.spec().port()))));
        }
        RoutingIr now = new RoutingIr(
                listeners.equals(before.listeners()) ? before.listeners() : listeners,
                memory.backends.of(gateway, used(plan, others), index),
                frontends.callers());
        RoutingIr kept = now.equals(before) ? before : now;
        memory.routings.put(gateway, kept);
        return kept;
    }

    /** The backends of all routes that any listener of a Gateway takes, served or not, and some others. */
    private Set<BackendId> used(GatewayPlan plan, Set<BackendId> others) {
        List<Set<BackendId>> parts = plan.listeners().stream()
                .map(ListenerState::key)
                .distinct()
                .map(key -> memory.routes.of(key).backends())
                .toList();
        if (parts.size() == 1 && others.isEmpty()) {
            return parts.getFirst();
        }
        Set<BackendId> all = new HashSet<>(others);
        parts.forEach(all::addAll);
        return all;
    }

    private Optional<BindingIr> binding(int target) {
        return settings.cluster() ? Optional.of(BindingIr.to(target)) : Optional.empty();
    }

    private RoutingIr union(Map<ResourceRef, RoutingIr> byGateway, Set<BackendId> usedByMesh) {
        List<RoutingIr> parts = new ArrayList<>(byGateway.values());
        parts.add(new RoutingIr(List.of(), memory.backends.of(MESH, usedByMesh, index)));
        return RoutingIr.joined(parts);
    }

    // ---- statuses

    private void classStatuses(Gateways gateways) {
        gateways.adopted()
                .forEach(adopted -> findings.add(new Problem(
                                "Accepted",
                                "spec.controllerName",
                                adopted.spec().controllerName(),
                                "another controller's class, served all the same because no class of these files is"
                                        + " ours; write "
                                        + settings.controllerName() + " to say that it is meant")
                        .warning(adopted)));
        index.set().all(Kinds.GATEWAY_CLASS).stream().filter(gateways::isOurs).forEach(gatewayClass -> {
            Optional<Problem> problem = gatewayClass
                    .spec()
                    .parametersRef()
                    .flatMap(ref -> Gateways.parametersProblem(
                            index, ref, ref.namespace().orElse(""), "spec.parametersRef"));
            problem.ifPresent(one -> report(one, gatewayClass));
            statuses.put(gatewayClass.ref(), GatewayStatuses.of(gatewayClass, problem));
        });
        index.set().all(Kinds.MESH).stream()
                .filter(mesh -> mesh.spec().controllerName().equals(settings.controllerName()))
                .forEach(mesh -> {
                    GatewayStatuses.meshProblem(mesh).ifPresent(one -> report(one, mesh));
                    statuses.put(mesh.ref(), GatewayStatuses.ofMesh(mesh));
                });
    }

    private void notePlans(List<GatewayPlan> plans) {
        for (GatewayPlan plan : plans) {
            ResourceRef gateway = plan.gateway().ref();
            usage.note(gateway, gateway);
            sockets(plan, plans).forEach(problem -> findings.add(problem.warning(plan.gateway())));
            plan.sets().forEach(set -> usage.note(set.ref(), gateway));
            plan.listeners().forEach(listener -> usage.note(memory.routes.of(listener.key()), gateway));
        }
    }

    /** In one process, Gateways that ask for no address share sockets; of equal listeners the oldest Gateway's is served. */
    private List<Problem> sockets(GatewayPlan plan, List<GatewayPlan> plans) {
        return settings.impliedClass().isEmpty() ? List.of() : SharedSockets.problems(plan, plans);
    }

    private void gatewayStatuses(List<GatewayPlan> plans) {
        GatewayStatuses builder = new GatewayStatuses(
                listener -> memory.routes.of(listener).members().size());
        for (GatewayPlan plan : plans) {
            statuses.put(plan.gateway().ref(), builder.of(plan));
            plan.refusal().ifPresent(problem -> report(problem, plan.gateway()));
            plan.addressProblem().ifPresent(problem -> report(problem, plan.gateway()));
            plan.clientCertificateProblem().ifPresent(problem -> report(problem, plan.gateway()));
            plan.sets().forEach(set -> statuses.put(set.ref(), builder.of(plan, set)));
            plan.refusedSets().forEach(set -> {
                statuses.put(set.ref(), GatewayStatuses.refused(set));
                report(
                        new Problem(
                                Reasons.NOT_ALLOWED,
                                "spec.parentRef",
                                plan.gateway().ref().toString(),
                                "it does not allow ListenerSets of namespace " + set.namespace()),
                        set);
            });
            for (ListenerState listener : plan.listeners()) {
                listener.refusals().forEach(problem -> report(problem, listener.owner()));
                listener.unresolved().forEach(problem -> report(problem, listener.owner()));
                listener.conflict().ifPresent(problem -> report(problem, listener.owner()));
            }
        }
    }

    /** Only in a cluster has a Service a status that anybody reads. */
    private void serviceStatus(Resource<Service> service, List<Problem> problems) {
        if (settings.cluster() && !problems.isEmpty()) {
            statuses.put(
                    service.ref(),
                    new ServiceStatus(List.of(Condition.yes(
                            Reasons.PORTS_NOT_SERVED,
                            Reasons.UNSUPPORTED_PROTOCOL,
                            problems.stream().map(Problem::message).collect(Collectors.joining("; ")),
                            service.meta().generation()))));
        }
    }

    private void policyStatuses() {
        PolicyStatuses builder = new PolicyStatuses(memory, index, usage);
        for (Kind<?> kind : FilterPolicies.KINDS) {
            index.set().all(kind).forEach(policy -> put(policy, builder.ofFilter(policy)));
        }
        index.set().all(Kinds.TRAFFIC_POLICY).forEach(policy -> put(policy, builder.ofTraffic(policy)));
        index.set().all(Kinds.BACKEND_TLS_POLICY).forEach(policy -> put(policy, builder.ofTls(policy)));
    }

    private void put(Resource<?> policy, PolicyStatuses.Judged judged) {
        statuses.put(policy.ref(), judged.status());
        judged.problems().forEach(problem -> report(problem, policy));
    }

    private void report(Problem problem, Resource<?> object) {
        findings.add(problem.finding(object));
    }
}
