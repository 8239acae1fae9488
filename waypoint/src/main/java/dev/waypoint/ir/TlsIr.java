package dev.waypoint.ir;

import java.util.List;
import java.util.Optional;

/**
 * TLS of a listener.
 *
 * @param certificates at least one; chosen by the client's server name, the first if none fits
 * @param clients how client certificates are checked; not asked for if empty
 */
public record TlsIr(List<CertificateIr> certificates, Optional<ClientValidationIr> clients) {

    public TlsIr {
        certificates = List.copyOf(certificates);
    }

    /**
     * A certificate with its key.
     *
     * @param chainPem the chain, leaf first
     * @param keyPem the private key, PKCS #8 or PKCS #1 PEM
     */
    public record CertificateIr(String chainPem, String keyPem) {
        @Override
        public String toString() {
            return "CertificateIr[redacted]";
        }
    }

    /**
     * How client certificates are checked.
     *
     * @param authoritiesPem the accepted authorities
     * @param insecureFallback whether clients without a valid certificate are let in all the same
     */
    public record ClientValidationIr(String authoritiesPem, boolean insecureFallback) {}
}
