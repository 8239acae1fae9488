package dev.waypoint.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.ir.TlsIr.CertificateIr;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Reads PEM. Problems are {@link IllegalArgumentException}s that say what was wrong, never the key. */
public final class Pem {

    private Pem() {}

    /** A certificate chain with its private key, PKCS #8 or PKCS #1. */
    public static TlsKeyPair keyPair(CertificateIr pem) {
        try {
            return TlsKeyPair.of(stream(pem.keyPem()), stream(pem.chainPem()));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("certificate or key cannot be read: " + e.getMessage(), e);
        }
    }

    /** All certificates of a bundle. */
    public static List<X509Certificate> certificates(String pem) {
        try {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(stream(pem));
            List<X509Certificate> certificates = new ArrayList<>(all.size());
            for (Certificate each : all) {
                certificates.add((X509Certificate) each);
            }
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("no certificate found, at least one PEM block expected");
            }
            return certificates;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("certificates cannot be read: " + e.getMessage(), e);
        }
    }

    /** Trust in these authorities and no others. */
    public static X509ExtendedTrustManager trustIn(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            return trustManager(store);
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalArgumentException("authorities cannot be used: " + e.getMessage(), e);
        }
    }

    /** Trust in the authorities of the system. */
    public static X509ExtendedTrustManager trustInSystem() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return first(factory);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the system's authorities cannot be used", e);
        }
    }

    private static X509ExtendedTrustManager trustManager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return first(factory);
    }

    private static X509ExtendedTrustManager first(TrustManagerFactory factory) {
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new IllegalStateException("the platform has no X.509 trust manager");
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
