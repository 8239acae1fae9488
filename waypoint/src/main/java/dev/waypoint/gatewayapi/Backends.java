package dev.waypoint.gatewayapi;

import dev.waypoint.api.EndpointSlice;
import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Service;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendIr.Protocol;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.ir.TlsIr.CertificateIr;
import dev.waypoint.ir.TlsToBackendIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Translates a Service's port into a backend: protocol, TLS, endpoints, settings. */
final class Backends {

    private final View view;
    private final BackendId id;

    private Backends(View view, BackendId id) {
        this.view = view;
        this.id = id;
    }

    /** The variant of the backends that a Gateway treats in its own way. */
    static String variant(Resource<Gateway> gateway) {
        return gateway.namespace() + "/" + gateway.name();
    }

    /** The backend; empty if the Service or its port is gone. */
    static Optional<BackendIr> translate(BackendId id, View view) {
        return new Backends(view, id).translate();
    }

    private Optional<BackendIr> translate() {
        return view.find(Kinds.SERVICE, id.namespace(), id.service())
                .flatMap(service -> service.spec().ports().stream()
                        .filter(port -> port.port() == id.port())
                        .findFirst()
                        .map(port -> backend(service, port)));
    }

    private BackendIr backend(Resource<Service> service, Service.Port port) {
        Protocol protocol = protocol(port);
        Optional<Resource<Gateway>> gateway = gateway();
        Optional<CertificateIr> client = gateway.flatMap(one -> BackendTls.clientCertificate(view, one, problem -> {}));
        Optional<TlsToBackendIr> tls = BackendTls.unreadable(view, service, port)
                .or(() -> BackendTls.policy(view, service, port)
                        .map(policy -> BackendTls.tls(view, policy, client, problem -> {})));
        if (tls.isEmpty() && protocol == Protocol.WEBSOCKET_TLS) {
            tls = Optional.of(BackendTls.byProtocol(service.ref(), client));
        }
        return new BackendIr(
                id,
                service.ref(),
                protocol,
                tls.map(wanted -> withCertificate(wanted, gateway)),
                endpoints(service, port),
                BackendSettings.of(layers(service, port, gateway)));
    }

    /** A Gateway whose own certificate is invalid must not reach backends without it. */
    private TlsToBackendIr withCertificate(TlsToBackendIr tls, Optional<Resource<Gateway>> gateway) {
        List<Problem> problems = new ArrayList<>();
        gateway.ifPresent(one -> BackendTls.clientCertificate(view, one, problems::add));
        return problems.isEmpty()
                ? tls
                : new TlsToBackendIr.Broken(
                        gateway.get().ref() + ": " + problems.getFirst().message());
    }

    private Optional<Resource<Gateway>> gateway() {
        int slash = id.variant().indexOf('/');
        return slash < 0
                ? Optional.empty()
                : view.find(
                        Kinds.GATEWAY,
                        id.variant().substring(0, slash),
                        id.variant().substring(slash + 1));
    }

    private List<TrafficLayer> layers(
            Resource<Service> service, Service.Port port, Optional<Resource<Gateway>> gateway) {
        List<TrafficLayer> layers = new ArrayList<>();
        gateway.ifPresent(one -> add(layers, Level.GATEWAY, Target.of(one.ref())));
        add(layers, Level.SERVICE, Target.of(service.ref()));
        if (!port.name().isEmpty()) {
            add(layers, Level.PORT, new Target(service.ref(), port.name()));
        }
        return layers;
    }

    private void add(List<TrafficLayer> layers, Level level, Target target) {
        view.policies(Kinds.TRAFFIC_POLICY, target).forEach(policy -> layers.add(new TrafficLayer(level, policy)));
    }

    private static Protocol protocol(Service.Port port) {
        return switch (port.appProtocol().orElse("").toLowerCase(Locale.ROOT)) {
            case "kubernetes.io/h2c", "http2", "grpc" -> Protocol.HTTP2;
            case "kubernetes.io/ws", "ws" -> Protocol.WEBSOCKET;
            case "kubernetes.io/wss", "wss" -> Protocol.WEBSOCKET_TLS;
            default -> Protocol.AUTO;
        };
    }

    private List<EndpointIr> endpoints(Resource<Service> service, Service.Port port) {
        Map<String, EndpointIr> endpoints = new LinkedHashMap<>();
        service.spec()
                .endpoints()
                .forEach(endpoint -> endpoint.addresses()
                        .forEach(address -> state(endpoint.conditions())
                                .ifPresent(state -> put(
                                        endpoints,
                                        new EndpointIr(
                                                address,
                                                endpoint.port().orElseGet(() -> targetPort(port)),
                                                endpoint.zone(),
                                                endpoint.weight(),
                                                state,
                                                endpoint.labels())))));
        view.slices(service.namespace(), service.name())
                .forEach(slice -> slicePort(slice.spec(), port)
                        .ifPresent(number -> slice.spec()
                                .endpoints()
                                .forEach(endpoint -> ofSlice(slice, endpoint, number, endpoints))));
        return List.copyOf(endpoints.values());
    }

    private static void put(Map<String, EndpointIr> endpoints, EndpointIr endpoint) {
        endpoints.putIfAbsent(endpoint.host() + " " + endpoint.port(), endpoint);
    }

    private void ofSlice(
            Resource<EndpointSlice> slice,
            EndpointSlice.Endpoint endpoint,
            int port,
            Map<String, EndpointIr> endpoints) {
        Optional<EndpointIr.State> state = state(endpoint.conditions());
        Map<String, String> labels = endpoint.targetRef()
                .filter(target -> target.kind().equals("Pod"))
                .flatMap(target -> view.find(Kinds.POD, slice.namespace(), target.name()))
                .map(pod -> pod.meta().labels())
                .orElse(Map.of());
        state.ifPresent(one -> endpoint.addresses()
                .forEach(address -> put(endpoints, new EndpointIr(address, port, endpoint.zone(), 1, one, labels))));
    }

    /** The slice's port of the same name; a slice's port without number stands for all ports. */
    private static Optional<Integer> slicePort(EndpointSlice slice, Service.Port port) {
        return slice.ports().stream()
                .filter(one -> one.name().equals(port.name()) && one.protocol().equals(port.protocol()))
                .findFirst()
                .map(one -> one.port().orElseGet(() -> targetPort(port)));
    }

    private static int targetPort(Service.Port port) {
        return port.targetPort()
                .filter(target -> target.isIntegralNumber())
                .map(target -> target.intValue())
                .orElse(port.port());
    }

    private static Optional<EndpointIr.State> state(EndpointSlice.Conditions conditions) {
        if (conditions.terminating()) {
            return conditions.serving().orElse(false) ? Optional.of(EndpointIr.State.TERMINATING) : Optional.empty();
        }
        return conditions.ready() ? Optional.of(EndpointIr.State.READY) : Optional.empty();
    }
}
