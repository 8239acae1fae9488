package dev.waypoint.source.envoy;

import dev.waypoint.ir.TlsIr;
import dev.waypoint.ir.TlsIr.CertificateIr;
import dev.waypoint.ir.TlsIr.ClientValidationIr;
import dev.waypoint.ir.TlsToBackendIr;
import dev.waypoint.ir.TlsToBackendIr.NameIr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the TLS transport sockets of listeners and clusters. */
final class TlsContexts {

    private static final String PACKAGE = "envoy.extensions.transport_sockets.";
    private static final String DOWNSTREAM = PACKAGE + "tls.v3.DownstreamTlsContext";
    private static final String UPSTREAM = PACKAGE + "tls.v3.UpstreamTlsContext";
    private static final String RAW = PACKAGE + "raw_buffer.v3.RawBuffer";

    /** What a subject alternative name is, in the order of the numbers. */
    private enum SanType {
        SAN_TYPE_UNSPECIFIED,
        EMAIL,
        DNS,
        URI,
        IP_ADDRESS,
        OTHER_NAME
    }

    private final Map<String, Message> secrets;

    /** @param secrets the static secrets by name */
    TlsContexts(Map<String, Message> secrets) {
        this.secrets = secrets;
    }

    /** The TLS of a filter chain; empty for cleartext. */
    Optional<TlsIr> downstream(Message chain) {
        Optional<Message> context = context(chain, DOWNSTREAM);
        return context.flatMap(tls -> {
            Message common = common(tls);
            List<CertificateIr> certificates = certificates(common);
            if (certificates.isEmpty()) {
                tls.error("common_tls_context", "expected at least one certificate with its key");
                return Optional.empty();
            }
            boolean required = tls.flag("require_client_certificate", false);
            Optional<ClientValidationIr> clients = validation(common)
                    .flatMap(validation -> {
                        validation.harmless("match_typed_subject_alt_names", "match_subject_alt_names");
                        return validation.message("trusted_ca").flatMap(DataSources::text);
                    })
                    .map(pem -> new ClientValidationIr(pem, !required));
            if (required && clients.isEmpty()) {
                tls.error("require_client_certificate", "needs a validation_context with trusted_ca");
            }
            tls.harmless("disable_stateless_session_resumption", "disable_stateful_session_resumption");
            return Optional.of(new TlsIr(certificates, clients));
        });
    }

    /** The TLS of a cluster; empty for cleartext. */
    Optional<TlsToBackendIr> upstream(Message cluster, String host) {
        return context(cluster, UPSTREAM).map(tls -> {
            Message common = common(tls);
            String serverName = tls.string("sni");
            Optional<Message> validation = validation(common);
            Optional<String> authorities =
                    validation.flatMap(message -> message.message("trusted_ca")).flatMap(DataSources::text);
            boolean system = validation
                    .map(message -> message.message("system_root_certs").isPresent())
                    .orElse(false);
            boolean verify = authorities.isPresent() || system;
            if (!verify) {
                cluster.problems()
                        .warning(
                                tls.path("common_tls_context"),
                                "",
                                "without trusted_ca the endpoint's certificate is not checked");
            }
            List<NameIr> names = validation.map(this::names).orElse(List.of());
            tls.harmless("allow_renegotiation", "max_session_keys", "auto_host_sni", "auto_sni_san_validation");
            return new TlsToBackendIr.Verified(
                    serverName.isEmpty() ? host : serverName,
                    authorities,
                    names,
                    certificates(common).stream().findFirst(),
                    verify);
        });
    }

    private Optional<Message> context(Message parent, String wanted) {
        Optional<Message> socket = parent.message("transport_socket");
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        socket.get().harmless("name");
        Message config = socket.get().child("typed_config").binding();
        if (config.type().equals(RAW)) {
            return Optional.empty();
        }
        if (!config.type().equals(wanted)) {
            config.error("@type", "expected " + wanted);
            return Optional.empty();
        }
        return Optional.of(config);
    }

    private static Message common(Message tls) {
        Message common = tls.child("common_tls_context");
        common.harmless("alpn_protocols");
        common.noEffect("tls_params", "TLS 1.2 and 1.3 with the usual ciphers are spoken");
        common.noEffect("key_log", "keys are not logged");
        return common;
    }

    private List<CertificateIr> certificates(Message common) {
        List<Message> sources = new ArrayList<>(common.messages("tls_certificates"));
        for (Message named : common.messages("tls_certificate_sds_secret_configs")) {
            secret(named).flatMap(secret -> secret.message("tls_certificate")).ifPresent(sources::add);
        }
        List<CertificateIr> out = new ArrayList<>();
        for (Message source : sources) {
            Optional<String> chain = DataSources.text(source.child("certificate_chain"));
            Optional<String> key = DataSources.text(source.child("private_key"));
            if (chain.isPresent() && key.isPresent()) {
                out.add(new CertificateIr(chain.get(), key.get()));
            }
        }
        return out;
    }

    private Optional<Message> validation(Message common) {
        Optional<Message> inline = common.message("validation_context");
        if (inline.isPresent()) {
            return inline;
        }
        return common.message("validation_context_sds_secret_config")
                .flatMap(this::secret)
                .flatMap(secret -> secret.message("validation_context"));
    }

    private Optional<Message> secret(Message reference) {
        reference.noEffect("sds_config", "only secrets of static_resources.secrets are used");
        String name = reference.string("name");
        Message secret = secrets.get(name);
        if (secret == null) {
            reference.error("name", "expected the name of a secret in static_resources.secrets");
        }
        return Optional.ofNullable(secret);
    }

    private List<NameIr> names(Message validation) {
        List<NameIr> out = new ArrayList<>();
        for (Message matcher : validation.messages("match_typed_subject_alt_names")) {
            SanType type = matcher.choice("san_type", SanType.class, SanType.SAN_TYPE_UNSPECIFIED);
            Optional<String> exact = matcher.child("matcher").text("exact");
            if (exact.isEmpty() || (type != SanType.DNS && type != SanType.URI)) {
                matcher.error("matcher", "expected an exact name of type DNS or URI");
                continue;
            }
            out.add(new NameIr(type == SanType.DNS ? NameIr.Kind.DNS : NameIr.Kind.URI, exact.get()));
        }
        for (Message matcher : validation.messages("match_subject_alt_names")) {
            String exact = matcher.required("exact");
            out.add(new NameIr(exact.contains("://") ? NameIr.Kind.URI : NameIr.Kind.DNS, exact));
        }
        return out;
    }
}
