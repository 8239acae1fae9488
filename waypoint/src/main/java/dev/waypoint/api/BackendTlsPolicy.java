package dev.waypoint.api;

import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code BackendTLSPolicy.spec}. */
public record BackendTlsPolicy(
        @Size(min = 1, max = 16) List<PolicyTarget> targetRefs, Validation validation, Map<String, String> options) {
    public BackendTlsPolicy {
        targetRefs = List.copyOf(targetRefs);
        options = Map.copyOf(options);
    }

    /** How the backend's certificate is checked; either authorities or {@code System}. */
    public record Validation(
            List<ObjectRef> caCertificateRefs,
            Optional<String> wellKnownCACertificates,
            String hostname,
            List<SubjectAltName> subjectAltNames) {
        public Validation {
            caCertificateRefs = List.copyOf(caCertificateRefs);
            subjectAltNames = List.copyOf(subjectAltNames);
        }
    }

    /** A name of which the certificate must bear one. */
    public record SubjectAltName(NameType type, Optional<String> hostname, Optional<String> uri) {}

    /** The type of a name. */
    public enum NameType {
        @Name("Hostname")
        HOSTNAME,
        @Name("URI")
        URI
    }
}
