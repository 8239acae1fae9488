package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kinds;
import dev.waypoint.api.ParentRef;
import dev.waypoint.api.Service;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides which Services take a route (GAMMA). A route in the Service's namespace is for all callers; one in another namespace
 * is for the callers of that namespace.
 */
final class MeshRoutes {

    private final View view;
    private final Predicate<ResourceRef> ours;
    private final Set<PortKey> grpcPorts = new HashSet<>();

    /** @param ours whether a Service's routes are ours */
    MeshRoutes(View view, Predicate<ResourceRef> ours) {
        this.view = view;
        this.ours = ours;
    }

    /**
     * A Service's port, for some callers.
     *
     * @param consumers the namespace of the callers; empty for all
     */
    record PortKey(ResourceRef service, int port, String consumers) {}

    /**
     * What became of one parentRef.
     *
     * @param service the Service
     * @param refusal why it does not take the route
     * @param ports the ports for which it does
     */
    record Outcome(ParentRef ref, ResourceRef service, Optional<Problem> refusal, List<PortKey> ports) {}

    /** Whether a parentRef names a Service. */
    static boolean isService(ParentRef ref) {
        return ref.group().isEmpty() && ref.kind().equals("Service");
    }

    /** Notes the ports that GRPCRoutes take, which HTTPRoutes then cannot have. */
    void claim(Resource<?> route, RouteDraft.Head head) {
        for (Outcome outcome : attach(route, head)) {
            grpcPorts.addAll(outcome.ports());
        }
    }

    /** The outcomes for all parents of a route that are Services. */
    List<Outcome> attach(Resource<?> route, RouteDraft.Head head) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < head.parentRefs().size(); i++) {
            ParentRef ref = head.parentRefs().get(i);
            if (isService(ref) && ours.test(Attachment.named(route, ref))) {
                outcomes.add(attach(route, ref, "spec.parentRefs[" + i + "]"));
            }
        }
        return outcomes;
    }

    private Outcome attach(Resource<?> route, ParentRef ref, String path) {
        ResourceRef named = Attachment.named(route, ref);
        Optional<Resource<Service>> service = view.find(Kinds.SERVICE, named.namespace(), named.name());
        if (service.isEmpty()) {
            return refused(ref, named, Reasons.NO_MATCHING_PARENT, path, "there is no such Service");
        }
        if (service.get().spec().headless() || service.get().spec().type().equals("ExternalName")) {
            return refused(
                    ref,
                    named,
                    Reasons.UNSUPPORTED_PARENT,
                    path,
                    "a Service without an address of its own cannot have routes");
        }
        String consumers = route.namespace().equals(named.namespace()) ? "" : route.namespace();
        List<PortKey> ports = service.get().spec().ports().stream()
                .map(Service.Port::port)
                .filter(port -> ref.port().map(port::equals).orElse(true))
                .map(port -> new PortKey(named, port, consumers))
                .toList();
        if (ports.isEmpty() || ref.sectionName().isPresent()) {
            return refused(
                    ref,
                    named,
                    Reasons.NO_MATCHING_PARENT,
                    path,
                    "expected a port of " + named + ", by number and not by sectionName");
        }
        return withoutConflicts(route, ref, named, ports, path);
    }

    private Outcome withoutConflicts(
            Resource<?> route, ParentRef ref, ResourceRef named, List<PortKey> ports, String path) {
        boolean grpc = route.kind().equals(Kinds.GRPC_ROUTE);
        List<PortKey> free =
                ports.stream().filter(port -> grpc || !grpcPorts.contains(port)).toList();
        if (free.isEmpty()) {
            return refused(ref, named, Reasons.CONFLICTED, path, "a GRPCRoute already governs " + named);
        }
        return new Outcome(ref, named, Optional.empty(), free);
    }

    private static Outcome refused(ParentRef ref, ResourceRef service, String reason, String path, String expectation) {
        return new Outcome(
                ref, service, Optional.of(new Problem(reason, path, service.toString(), expectation)), List.of());
    }
}
