package dev.waypoint.gatewayapi;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells whether texts are certificates and keys in PEM form. */
final class Pem {

    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN (?:RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END (?:RSA |EC |)PRIVATE KEY-----");

    private Pem() {}

    /** Whether the text holds at least one certificate, and nothing malformed. */
    static boolean isCertificates(String pem) {
        if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
            return false;
        }
        try {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        } catch (CertificateException malformed) {
            return false;
        }
    }

    /** Whether the text holds a private key. */
    static boolean isKey(String pem) {
        Matcher key = KEY.matcher(pem);
        if (!key.find()) {
            return false;
        }
        try {
            return Base64.getMimeDecoder().decode(key.group(1)).length > 0;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
