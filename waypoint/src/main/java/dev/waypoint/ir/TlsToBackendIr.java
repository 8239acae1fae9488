package dev.waypoint.ir;

import java.util.List;
import java.util.Optional;

/** TLS towards a backend. */
public sealed interface TlsToBackendIr {

    /**
     * TLS as a BackendTLSPolicy asks.
     *
     * @param serverName sent as SNI; also the name that the certificate must bear unless {@code subjectAltNames} are given
     * @param authoritiesPem the accepted authorities; empty for those of the system
     * @param subjectAltNames names of which the certificate must bear one; empty to check {@code serverName}
     * @param clientCertificate the certificate that is shown to the backend
     * @param verify whether the certificate is checked at all
     */
    record Verified(
            String serverName,
            Optional<String> authoritiesPem,
            List<NameIr> subjectAltNames,
            Optional<TlsIr.CertificateIr> clientCertificate,
            boolean verify)
            implements TlsToBackendIr {
        public Verified {
            subjectAltNames = List.copyOf(subjectAltNames);
        }
    }

    /** The policy is invalid: nothing is sent, requests fail. */
    record Broken(String problem) implements TlsToBackendIr {}

    /** A subject alternative name. */
    record NameIr(Kind kind, String value) {
        /** The kind of name. */
        public enum Kind {
            DNS,
            URI
        }
    }
}
