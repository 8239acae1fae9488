package dev.waypoint.gatewayapi;

import dev.waypoint.api.BackendTarget;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Service;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.BackendId;
import dev.waypoint.source.Resource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Follows references to backends. */
final class BackendRefs {

    private static final Set<String> PROTOCOLS = Set.of(
            "http",
            "https",
            "grpc",
            "grpc-web",
            "http2",
            "tcp",
            "ws",
            "wss",
            "kubernetes.io/h2c",
            "kubernetes.io/ws",
            "kubernetes.io/wss");

    private final View view;
    private final ResourceRef from;
    private final boolean mesh;

    /**
     * @param from the object that refers
     * @param mesh whether other namespaces need no grant, because the caller could have called the Service itself
     */
    BackendRefs(View view, ResourceRef from, boolean mesh) {
        this.view = view;
        this.from = from;
        this.mesh = mesh;
    }

    /** What a reference leads to: either a backend or a problem. */
    record Resolved(Optional<BackendId> id, Optional<Problem> problem) {}

    Resolved resolve(BackendTarget target, String path) {
        String printed = target.kind() + " " + target.namespace().orElse(from.namespace()) + "/" + target.name();
        if (!target.group().isEmpty() || !target.kind().equals("Service")) {
            String kind = target.group().isEmpty() ? target.kind() : target.group() + "/" + target.kind();
            return problem(Reasons.INVALID_KIND, path, kind, "expected a Service");
        }
        ResourceRef wanted = Kinds.SERVICE.ref(target.namespace().orElse(from.namespace()), target.name());
        if (!mesh && !ReferenceGrants.permit(view, from, wanted)) {
            return problem(
                    Reasons.REF_NOT_PERMITTED,
                    path,
                    printed,
                    "needs a ReferenceGrant in namespace " + wanted.namespace() + " from " + from.kind()
                            + " of namespace " + from.namespace());
        }
        Optional<Resource<Service>> service = view.find(Kinds.SERVICE, wanted.namespace(), wanted.name());
        if (service.isEmpty()) {
            return problem(Reasons.BACKEND_NOT_FOUND, path, printed, "there is no such Service");
        }
        return port(service.get(), target, path, printed);
    }

    private static Resolved port(Resource<Service> service, BackendTarget target, String path, String printed) {
        if (service.spec().type().equals("ExternalName")) {
            return problem(
                    Reasons.INVALID_KIND, path, printed, "expected a Service with endpoints, not type ExternalName");
        }
        Optional<Service.Port> port = target.port()
                .flatMap(number -> service.spec().ports().stream()
                        .filter(one -> one.port() == number)
                        .findFirst());
        if (port.isEmpty()) {
            return problem(
                    Reasons.BACKEND_NOT_FOUND,
                    path + ".port",
                    target.port().map(String::valueOf).orElse(""),
                    "expected a port of " + printed + ": "
                            + service.spec().ports().stream()
                                    .map(Service.Port::port)
                                    .toList());
        }
        Optional<String> unknown =
                port.get().appProtocol().filter(protocol -> !PROTOCOLS.contains(protocol.toLowerCase(Locale.ROOT)));
        if (unknown.isPresent()) {
            return problem(
                    Reasons.UNSUPPORTED_PROTOCOL,
                    path,
                    printed,
                    "its appProtocol " + unknown.get() + " is not one of "
                            + PROTOCOLS.stream().sorted().toList());
        }
        return new Resolved(
                Optional.of(BackendId.of(
                        service.namespace(), service.name(), port.get().port())),
                Optional.empty());
    }

    private static Resolved problem(String reason, String path, String value, String expectation) {
        return new Resolved(Optional.empty(), Optional.of(new Problem(reason, path, value, expectation)));
    }
}
