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
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BindingIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One translation. */
final class TranslationRun {

    private final Translator memory;
    private final ObjectIndex index;
    private final TranslatorSettings settings;
    private final FilterPolicies policies;
    private final Map<ListenerState.Key, List<HostTables.Member>> members = new HashMap<>();
    private final Map<ListenerState.Key, Integer> attachedRoutes = new HashMap<>();
    private final Map<ResourceRef, Set<BackendId>> usedByGateway = new HashMap<>();
    private final Set<Translator.PlaceKey> counted = new HashSet<>();
    private final Usage usage = new Usage();
    private final Map<ResourceRef, ObjectStatus> statuses = new TreeMap<>();
    private final Set<Finding> findings = new LinkedHashSet<>();

    TranslationRun(Translator memory, ObjectIndex index, TranslatorSettings settings) {
        this.memory = memory;
        this.index = index;
        this.settings = settings;
        this.policies = new FilterPolicies(memory.compiler);
    }

    Translation run() {
        findings.addAll(index.set().findings());
        Gateways gateways = new Gateways(index, settings);
        List<GatewayPlan> plans = gateways.plans();
        Attachment attachment = new Attachment(index, plans);
        Enrolment enrolment = new Enrolment(index, plans);
        MeshRoutes mesh = new MeshRoutes(
                index,
                service -> !settings.cluster() || enrolment.waypoint(service).isPresent());
        MeshServices services = new MeshServices(memory, index, policies, enrolment);
        if (settings.mesh()) {
            index.set().all(Kinds.GRPC_ROUTE).forEach(route -> mesh.claim(route, RouteDraft.Head.of(route)));
        }
        index.set().all(Kinds.HTTP_ROUTE).forEach(route -> route(route, attachment, mesh, services));
        index.set().all(Kinds.GRPC_ROUTE).forEach(route -> route(route, attachment, mesh, services));
        notePlans(plans);
        Map<ResourceRef, RoutingIr> byGateway = new LinkedHashMap<>();
        PlanePorts ports = new PlanePorts(plans, gateways.shared());
        plans.forEach(plan -> byGateway.put(plan.gateway().ref(), routing(plan, services.frontends(plan), ports)));
        classStatuses(gateways);
        gateways.adopted()
                .forEach(adopted -> findings.add(new Problem(
                                "Accepted",
                                "spec.controllerName",
                                adopted.spec().controllerName(),
                                "another controller's class, served all the same because no class of these files is"
                                        + " ours; write "
                                        + settings.controllerName() + " to say that it is meant")
                        .warning(adopted)));
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
                settings.cluster() ? RoutingIr.EMPTY : union(byGateway, services.used()),
                byGateway,
                services.routes(),
                statuses,
                List.copyOf(findings),
                Map.copyOf(gateways.shared()));
    }

    // --- routes
    // ---------------------------------------------------------------------------------------------------------

    private RouteDraft draft(Resource<?> route, boolean mesh) {
        return memory.drafts.get(
                new Translator.DraftKey(route.ref(), mesh), List.of(route), index, view -> compute(route, view, mesh));
    }

    /** The kind of a resource says what its specification is. */
    @SuppressWarnings("unchecked")
    private RouteDraft compute(Resource<?> route, View view, boolean mesh) {
        return route.kind().equals(Kinds.HTTP_ROUTE)
                ? HttpRoutes.draft((Resource<dev.waypoint.api.HttpRoute>) route, view, memory.compiler, mesh)
                : GrpcRoutes.draft((Resource<dev.waypoint.api.GrpcRoute>) route, view, memory.compiler, mesh);
    }

    private void route(Resource<?> route, Attachment attachment, MeshRoutes mesh, MeshServices services) {
        RouteDraft draft = draft(route, false);
        Optional<Problem> refusal = RouteStatuses.refusal(draft);
        List<ParentStatus> parents = new ArrayList<>();
        List<Attachment.Outcome> outcomes = attachment.attach(route, draft.head());
        for (Attachment.Outcome outcome : outcomes) {
            parents.add(RouteStatuses.of(draft, outcome.ref(), outcome.refusal(), settings.controllerName()));
            outcome.refusal().ifPresent(problem -> report(problem, route));
            if (refusal.isEmpty()) {
                take(draft, outcome);
            }
        }
        if (!outcomes.isEmpty()) {
            report(draft, route);
        }
        if (settings.mesh() && draft.head().namesServices()) {
            meshParents(route, mesh, services, parents);
        }
        unknownParents(route, draft, outcomes);
        statuses.put(route.ref(), new RouteStatus(inOrder(parents, draft.head().parentRefs())));
    }

    private static List<ParentStatus> inOrder(List<ParentStatus> parents, List<ParentRef> refs) {
        return parents.stream()
                .sorted(Comparator.comparingInt(parent -> {
                    int place = refs.indexOf(parent.parentRef());
                    return place < 0 ? refs.size() : place;
                }))
                .toList();
    }

    private void take(RouteDraft draft, Attachment.Outcome outcome) {
        ResourceRef gateway = outcome.plan().gateway().ref();
        for (Attachment.Taken taken : outcome.taken()) {
            ListenerState listener = taken.listener();
            ListenerLevel level = level(listener);
            AttachedRoute route = memory.attached.get(
                    new Translator.PlaceKey(draft.route().ref(), listener.key()),
                    List.of(draft, level),
                    index,
                    view -> AttachedRoute.of(draft, new RuleAssembly(level, memory.compiler, view)));
            if (counted.add(new Translator.PlaceKey(draft.route().ref(), listener.key()))) {
                members.computeIfAbsent(listener.key(), absent -> new ArrayList<>())
                        .add(new HostTables.Member(route, taken.hosts()));
                attachedRoutes.merge(listener.key(), 1, Integer::sum);
            }
            usedByGateway.computeIfAbsent(gateway, absent -> new HashSet<>()).addAll(route.backends());
            noteUse(draft, route, gateway);
        }
    }

    private void noteUse(RouteDraft draft, AttachedRoute route, ResourceRef ancestor) {
        usage.note(draft.route().ref(), ancestor);
        usage.noteBackends(route.backends(), ancestor);
        draft.usedFilters().forEach(filter -> usage.note(filter, ancestor));
    }

    private ListenerLevel level(ListenerState listener) {
        return memory.levels.get(
                listener.key(),
                List.of(listener.gateway()),
                index,
                view -> ListenerLevels.of(listener.key(), listener.gateway(), policies, view));
    }

    /** Without a cluster nobody else will say so. */
    private void unknownParents(Resource<?> route, RouteDraft draft, List<Attachment.Outcome> outcomes) {
        if (settings.impliedClass().isEmpty()) {
            return;
        }
        List<ParentRef> refs = draft.head().parentRefs();
        for (int i = 0; i < refs.size(); i++) {
            ParentRef ref = refs.get(i);
            boolean known = MeshRoutes.isService(ref)
                    || outcomes.stream().anyMatch(outcome -> outcome.ref().equals(ref));
            if (!known) {
                findings.add(Problem.located(
                        Finding.warning(
                                route.ref(),
                                "spec.parentRefs[" + i + "]",
                                Attachment.named(route, ref).toString(),
                                "there is no such Gateway or ListenerSet of ours"),
                        route));
            }
        }
    }

    // --- mesh
    // -----------------------------------------------------------------------------------------------------------

    private void meshParents(Resource<?> route, MeshRoutes mesh, MeshServices services, List<ParentStatus> parents) {
        RouteDraft draft = draft(route, true);
        List<MeshRoutes.Outcome> outcomes = mesh.attach(route, draft.head());
        for (MeshRoutes.Outcome outcome : outcomes) {
            parents.add(RouteStatuses.of(draft, outcome.ref(), outcome.refusal(), settings.controllerName()));
            outcome.refusal().ifPresent(problem -> report(problem, route));
            if (RouteStatuses.refusal(draft).isEmpty()) {
                outcome.ports().forEach(port -> take(draft, services.take(draft, port), port));
            }
        }
        if (!outcomes.isEmpty()) {
            report(draft, route);
        }
    }

    private void take(RouteDraft draft, AttachedRoute route, MeshRoutes.PortKey place) {
        usage.note(place.service(), place.service());
        noteUse(draft, route, place.service());
    }

    // --- listeners
    // ------------------------------------------------------------------------------------------------------

    private RoutingIr routing(GatewayPlan plan, MeshServices.Frontends frontends, PlanePorts ports) {
        List<ListenerIr> listeners = new ArrayList<>(frontends.listeners());
        Set<BackendId> used = new HashSet<>(frontends.used());
        used.addAll(usedByGateway.getOrDefault(plan.gateway().ref(), Set.of()));
        for (ListenerState listener : PlanePorts.served(plan)) {
            ListenerLevel level = level(listener);
            level.preRouting().forEach(filter -> used.addAll(filter.backends()));
            listeners.add(ListenerRecords.of(
                    index,
                    listener,
                    level,
                    memory.hosts.of(listener.key(), members.getOrDefault(listener.key(), List.of())),
                    binding(ports.target(plan, listener.spec().port()))));
        }
        return new RoutingIr(listeners, translated(used), frontends.callers());
    }

    private Optional<BindingIr> binding(int target) {
        return settings.cluster() ? Optional.of(BindingIr.to(target)) : Optional.empty();
    }

    private Map<BackendId, BackendIr> translated(Set<BackendId> used) {
        Map<BackendId, BackendIr> translated = new HashMap<>();
        used.forEach(id -> memory.backends
                .get(id, List.of(), index, view -> Backends.translate(id, view))
                .ifPresent(backend -> translated.put(id, backend)));
        return translated;
    }

    private RoutingIr union(Map<ResourceRef, RoutingIr> byGateway, Set<BackendId> usedByMesh) {
        List<RoutingIr> parts = new ArrayList<>(byGateway.values());
        parts.add(new RoutingIr(List.of(), translated(usedByMesh)));
        return RoutingIr.joined(parts);
    }

    // --- statuses
    // -------------------------------------------------------------------------------------------------------

    private void classStatuses(Gateways gateways) {
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
        }
    }

    /** In one process, Gateways that ask for no address share sockets; of equal listeners the oldest Gateway's is served. */
    private List<Problem> sockets(GatewayPlan plan, List<GatewayPlan> plans) {
        return settings.impliedClass().isEmpty() ? List.of() : SharedSockets.problems(plan, plans);
    }

    private void gatewayStatuses(List<GatewayPlan> plans) {
        GatewayStatuses builder = new GatewayStatuses(attachedRoutes);
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
        PolicyStatuses builder = new PolicyStatuses(index, usage, memory.compiler, settings.controllerName());
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

    private void report(RouteDraft draft, Resource<?> route) {
        draft.refusals().forEach(problem -> report(problem, route));
        draft.dropped().forEach(problem -> report(problem, route));
        draft.unresolved().forEach(problem -> report(problem, route));
        draft.warnings().forEach(problem -> findings.add(problem.warning(route)));
    }

    private void report(Problem problem, Resource<?> object) {
        findings.add(problem.finding(object));
    }
}
