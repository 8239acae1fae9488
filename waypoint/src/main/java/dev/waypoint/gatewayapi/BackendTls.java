package dev.waypoint.gatewayapi;

import dev.waypoint.api.BackendTlsPolicy;
import dev.waypoint.api.BackendTlsPolicy.NameType;
import dev.waypoint.api.BackendTlsPolicy.SubjectAltName;
import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.api.Service;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.TlsIr.CertificateIr;
import dev.waypoint.ir.TlsToBackendIr;
import dev.waypoint.ir.TlsToBackendIr.NameIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** TLS towards backends: BackendTLSPolicy, and the certificate that a Gateway shows. */
final class BackendTls {

    private BackendTls() {}

    /** The policy that counts for a Service's port: one for the port before one for the Service, then the oldest. */
    static Optional<Resource<BackendTlsPolicy>> policy(View view, Resource<Service> service, Service.Port port) {
        Optional<Resource<BackendTlsPolicy>> ofPort = port.name().isEmpty()
                ? Optional.empty()
                : view.policies(Kinds.BACKEND_TLS_POLICY, new Target(service.ref(), port.name())).stream()
                        .findFirst();
        return ofPort.or(() -> view.policies(Kinds.BACKEND_TLS_POLICY, Target.of(service.ref())).stream()
                .findFirst());
    }

    /** What stands for a policy of a Service's port that cannot be read: it must not be spoken to in clear text. */
    static Optional<TlsToBackendIr> unreadable(View view, Resource<Service> service, Service.Port port) {
        return Stream.of(Target.of(service.ref()), new Target(service.ref(), port.name()))
                .flatMap(target -> view.policies(Kinds.UNREADABLE_POLICY, target).stream())
                .map(policy -> policy.spec())
                .filter(policy -> policy.policy().kind().equals(Kinds.BACKEND_TLS_POLICY.name()))
                .findFirst()
                .map(policy -> new TlsToBackendIr.Broken(policy.problem()));
    }

    /** What is wrong with a policy in itself. */
    static List<Problem> problems(View view, Resource<BackendTlsPolicy> policy) {
        List<Problem> problems = new ArrayList<>();
        tls(view, policy, Optional.empty(), problems::add);
        return problems;
    }

    /**
     * TLS as a policy asks.
     *
     * @param client the certificate that is shown to the backend
     * @param problems takes what is wrong; the policy works all the same if the result says so
     */
    static TlsToBackendIr tls(
            View view, Resource<BackendTlsPolicy> policy, Optional<CertificateIr> client, Consumer<Problem> problems) {
        BackendTlsPolicy.Validation validation = policy.spec().validation();
        Optional<String> wellKnown = validation.wellKnownCACertificates();
        if (wellKnown.isPresent() && !wellKnown.get().equals("System")) {
            return broken(
                    policy,
                    problems,
                    new Problem(
                            Reasons.INVALID,
                            "spec.validation.wellKnownCACertificates",
                            wellKnown.get(),
                            "expected System"));
        }
        Optional<String> authorities = Optional.empty();
        if (wellKnown.isEmpty()) {
            authorities = Certificates.authorities(
                    view,
                    policy.ref(),
                    validation.caCertificateRefs(),
                    "spec.validation.caCertificateRefs",
                    Reasons.INVALID_KIND,
                    problems);
            if (authorities.isEmpty()) {
                return broken(
                        policy,
                        problems,
                        new Problem(
                                Reasons.NO_VALID_CA_CERTIFICATE,
                                "spec.validation.caCertificateRefs",
                                "",
                                "none of the authorities can be used"));
            }
        }
        return new TlsToBackendIr.Verified(
                validation.hostname(),
                authorities,
                validation.subjectAltNames().stream().map(BackendTls::name).toList(),
                client,
                true);
    }

    private static TlsToBackendIr broken(
            Resource<BackendTlsPolicy> policy, Consumer<Problem> problems, Problem problem) {
        problems.accept(problem);
        return new TlsToBackendIr.Broken(policy.ref() + ": " + problem.message());
    }

    private static NameIr name(SubjectAltName name) {
        return name.type() == NameType.HOSTNAME
                ? new NameIr(NameIr.Kind.DNS, name.hostname().orElse(""))
                : new NameIr(NameIr.Kind.URI, name.uri().orElse(""));
    }

    /** The certificate that a Gateway shows to backends, if it has a valid one. */
    static Optional<CertificateIr> clientCertificate(View view, Resource<Gateway> gateway, Consumer<Problem> problems) {
        Optional<ObjectRef> ref = clientCertificateRef(gateway);
        return ref.flatMap(certificate -> Certificates.certificate(
                view,
                gateway.ref(),
                certificate,
                "spec.tls.backend.clientCertificateRef",
                Reasons.INVALID_CLIENT_CERTIFICATE_REF,
                problems));
    }

    /** The certificate that a Gateway is told to show. */
    static Optional<ObjectRef> clientCertificateRef(Resource<Gateway> gateway) {
        return gateway.spec()
                .tls()
                .flatMap(Gateway.GatewayTls::backend)
                .flatMap(Gateway.BackendSide::clientCertificateRef);
    }

    /** TLS with the system's authorities for a Service that asks for TLS by its {@code appProtocol} alone. */
    static TlsToBackendIr byProtocol(ResourceRef service, Optional<CertificateIr> client) {
        return new TlsToBackendIr.Verified(
                service.name() + "." + service.namespace() + ".svc.cluster.local",
                Optional.empty(),
                List.of(),
                client,
                true);
    }
}
