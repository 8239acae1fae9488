package dev.waypoint.control.trust;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate with its private key, on the curve P-256 (RFC 5280, RFC 5480).
 *
 * @param certificate the certificate
 * @param key its private key; never printed
 */
record KeyAndCertificate(X509Certificate certificate, PrivateKey key) {

    private static final String SIGNATURE_ALGORITHM = "SHA256withECDSA";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** An authority that vouches for itself. */
    static KeyAndCertificate authority(String name, Instant from, Instant to) {
        KeyPair keys = newKeys();
        X500Name subject = commonName(name);
        return signed(builder(subject, subject, from, to, keys), keys, keys.getPrivate(), (form, ids) -> {
            form.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            form.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            form.addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(keys.getPublic()));
        });
    }

    /** A certificate for a server with these DNS names, for which this authority vouches. */
    KeyAndCertificate issue(List<String> names, Instant from, Instant to) {
        KeyPair keys = newKeys();
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        GeneralName[] alternatives = names.stream()
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return signed(builder(issuer, commonName(names.getFirst()), from, to, keys), keys, key, (form, ids) -> {
            form.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            form.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            form.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            form.addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(certificate));
        });
    }

    private interface Extensions {
        void addTo(X509v3CertificateBuilder form, JcaX509ExtensionUtils ids)
                throws CertIOException, CertificateEncodingException;
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder().addRDN(BCStyle.CN, name).build();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, Instant from, Instant to, KeyPair keys) {
        BigInteger serial = new BigInteger(126, RANDOM).setBit(126);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(from), Date.from(to), subject, keys.getPublic());
    }

    private static KeyAndCertificate signed(
            X509v3CertificateBuilder form, KeyPair keys, PrivateKey signer, Extensions extensions) {
        try {
            extensions.addTo(form, new JcaX509ExtensionUtils());
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(form.build(new JcaContentSignerBuilder(SIGNATURE_ALGORITHM).build(signer)));
            return new KeyAndCertificate(certificate, keys.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("every JDK can sign and read certificates on P-256", e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /** The certificate as PEM. */
    String certificatePem() {
        return pem(certificate);
    }

    /** The private key as PEM (PKCS #8). */
    String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }

    /**
     * Reads what {@link #certificatePem} and {@link #keyPem} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static KeyAndCertificate read(String certificatePem, String keyPem) {
        List<X509Certificate> certificates = certificates(certificatePem);
        try {
            String base64 = keyPem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
            PrivateKey key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
            return new KeyAndCertificate(certificates.getFirst(), key);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("the key or certificate cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads certificates.
     *
     * @throws IllegalArgumentException if they are not PEM
     */
    static List<X509Certificate> certificates(String pem) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .forEach(one -> certificates.add((X509Certificate) one));
            return certificates;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificates cannot be read: " + e.getMessage(), e);
        }
    }

    /** When it ends. */
    Instant ends() {
        return certificate.getNotAfter().toInstant();
    }

    /** When it began. */
    Instant begins() {
        return certificate.getNotBefore().toInstant();
    }

    @Override
    public String toString() {
        return "KeyAndCertificate[" + certificate.getSubjectX500Principal() + "]";
    }
}
