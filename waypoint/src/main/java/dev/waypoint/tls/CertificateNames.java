package dev.waypoint.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The names that a certificate bears. */
public final class CertificateNames {

    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;

    private CertificateNames() {}

    /** Whether a certificate is good for a host name (RFC 9525): exactly, or by a wildcard for its first label. */
    public static boolean hasDnsName(X509Certificate certificate, String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        String wildcard = dot > 0 ? "*" + wanted.substring(dot) : "";
        for (List<?> name : names(certificate)) {
            String value = value(name).toLowerCase(Locale.ROOT);
            if (kind(name) == DNS && (value.equals(wanted) || value.equals(wildcard))) {
                return true;
            }
            if (kind(name) == IP && value.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a certificate bears a URI, such as a SPIFFE id. */
    public static boolean hasUri(X509Certificate certificate, String uri) {
        return names(certificate).stream()
                .anyMatch(name -> kind(name) == URI && value(name).equals(uri));
    }

    private static Collection<List<?>> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static int kind(List<?> name) {
        return name.get(0) instanceof Integer kind ? kind : -1;
    }

    private static String value(List<?> name) {
        return name.get(1) instanceof String value ? value : "";
    }
}
