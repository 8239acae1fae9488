package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Gateway.ClientValidation;
import dev.waypoint.api.Gateway.FrontendSide;
import dev.waypoint.api.Gateway.ValidationMode;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Listener;
import dev.waypoint.api.Listener.RouteKind;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.ir.TlsIr;
import dev.waypoint.ir.TlsIr.CertificateIr;
import dev.waypoint.ir.TlsIr.ClientValidationIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads listeners: protocol, kinds of routes, certificates, checks of client certificates. */
final class Listeners {

    static final RouteKind HTTP_ROUTE = new RouteKind(Kinds.GATEWAY_API, Kinds.HTTP_ROUTE.name());
    static final RouteKind GRPC_ROUTE = new RouteKind(Kinds.GATEWAY_API, Kinds.GRPC_ROUTE.name());
    private static final List<RouteKind> ROUTE_KINDS = List.of(HTTP_ROUTE, GRPC_ROUTE);

    private final View view;
    private final Resource<?> owner;
    private final Resource<Gateway> gateway;
    private final List<Problem> refusals = new ArrayList<>();
    private final List<Problem> unresolved = new ArrayList<>();

    private Listeners(View view, Resource<?> owner, Resource<Gateway> gateway) {
        this.view = view;
        this.owner = owner;
        this.gateway = gateway;
    }

    /** Reads the listeners of a Gateway or ListenerSet. */
    static List<ListenerState> read(View view, Resource<?> owner, Resource<Gateway> gateway, List<Listener> specs) {
        List<ListenerState> states = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            states.add(new Listeners(view, owner, gateway).read(specs.get(i), i));
        }
        return states;
    }

    private ListenerState read(Listener spec, int index) {
        String path = "spec.listeners[" + index + "]";
        List<RouteKind> kinds = List.of();
        Optional<TlsIr> tls = Optional.empty();
        switch (spec.protocol()) {
            case "HTTP" -> kinds = supportedKinds(spec, path);
            case "HTTPS" -> {
                kinds = supportedKinds(spec, path);
                tls = tls(spec, path);
            }
            case Listener.MESH -> kinds = List.of();
            default ->
                refusals.add(new Problem(
                        Reasons.UNSUPPORTED_PROTOCOL,
                        path + ".protocol",
                        spec.protocol(),
                        "expected one of HTTP, HTTPS, " + Listener.MESH));
        }
        return new ListenerState(
                owner, gateway, index, spec, kinds, tls, refusals, unresolved, Optional.empty(), List.of());
    }

    private List<RouteKind> supportedKinds(Listener spec, String path) {
        List<RouteKind> wanted = spec.allowedRoutes().kinds();
        if (wanted.isEmpty()) {
            return ROUTE_KINDS;
        }
        List<RouteKind> supported = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            if (ROUTE_KINDS.contains(wanted.get(i))) {
                supported.add(wanted.get(i));
            } else {
                unresolved.add(new Problem(
                        Reasons.INVALID_ROUTE_KINDS,
                        path + ".allowedRoutes.kinds[" + i + "]",
                        wanted.get(i).group() + "/" + wanted.get(i).kind(),
                        "expected HTTPRoute or GRPCRoute of group " + Kinds.GATEWAY_API));
            }
        }
        return supported;
    }

    private Optional<TlsIr> tls(Listener spec, String path) {
        if (spec.tls().isPresent() && spec.tls().get().mode() == Listener.Mode.PASSTHROUGH) {
            refusals.add(new Problem(
                    Reasons.UNSUPPORTED_VALUE, path + ".tls.mode", "Passthrough", "expected Terminate for HTTPS"));
            return Optional.empty();
        }
        List<CertificateIr> certificates = certificates(spec, path);
        Optional<Checked> validation = validation(spec.port());
        Optional<ClientValidationIr> clients = validation.flatMap(this::clients);
        boolean unchecked = validation.isPresent() && clients.isEmpty();
        return certificates.isEmpty() || unchecked ? Optional.empty() : Optional.of(new TlsIr(certificates, clients));
    }

    private List<CertificateIr> certificates(Listener spec, String path) {
        List<ObjectRef> refs = spec.tls().map(Listener.Tls::certificateRefs).orElse(List.of());
        if (refs.isEmpty()) {
            unresolved.add(new Problem(
                    Reasons.INVALID_CERTIFICATE_REF,
                    path + ".tls.certificateRefs",
                    "",
                    "HTTPS needs at least one certificate"));
        }
        List<CertificateIr> certificates = new ArrayList<>();
        for (int i = 0; i < refs.size(); i++) {
            String place = path + ".tls.certificateRefs[" + i + "]";
            Certificates.certificate(
                            view, owner.ref(), refs.get(i), place, Reasons.INVALID_CERTIFICATE_REF, unresolved::add)
                    .ifPresent(certificates::add);
        }
        return certificates;
    }

    private Optional<Checked> validation(int port) {
        Optional<FrontendSide> frontend = gateway.spec().tls().flatMap(Gateway.GatewayTls::frontend);
        return frontend.flatMap(side -> {
            for (int i = 0; i < side.perPort().size(); i++) {
                if (side.perPort().get(i).port() == port) {
                    return validation(side.perPort().get(i).tls(), "spec.tls.frontend.perPort[" + i + "].tls");
                }
            }
            return validation(side.defaults(), "spec.tls.frontend.default");
        });
    }

    /** How client certificates are checked, and where that is written. */
    private record Checked(ClientValidation validation, String path) {}

    private static Optional<Checked> validation(Gateway.FrontendTls tls, String path) {
        return tls.validation().map(validation -> new Checked(validation, path + ".validation"));
    }

    private Optional<ClientValidationIr> clients(Checked checked) {
        ClientValidation validation = checked.validation();
        Optional<String> authorities = Certificates.authorities(
                view,
                gateway.ref(),
                validation.caCertificateRefs(),
                checked.path() + ".caCertificateRefs",
                Reasons.INVALID_CA_CERTIFICATE_KIND,
                unresolved::add);
        if (authorities.isEmpty()) {
            refusals.add(new Problem(
                    Reasons.NO_VALID_CA_CERTIFICATE,
                    checked.path() + ".caCertificateRefs",
                    "",
                    "none of the authorities for client certificates can be used"));
        }
        return authorities.map(
                pem -> new ClientValidationIr(pem, validation.mode() == ValidationMode.ALLOW_INSECURE_FALLBACK));
    }
}
