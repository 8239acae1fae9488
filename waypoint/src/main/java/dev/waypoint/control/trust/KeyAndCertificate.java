package dev.waypoint.control.trust;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A certificate with its private key, on the curve P-256 (RFC 5280, RFC 5480).
 *
 * @param certificate the certificate
 * @param key its private key; never printed
 */
record KeyAndCertificate(X509Certificate certificate, PrivateKey key) {

    private static final byte[] SIGNATURE_ALGORITHM = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final int DIGITAL_SIGNATURE = 0x80;
    private static final int SIGNS_CERTIFICATES = 0x06;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** An authority that vouches for itself. */
    static KeyAndCertificate authority(String name, Instant from, Instant to) {
        KeyPair keys = newKeys();
        return made(
                new Content(name, name, from, to, keys.getPublic()),
                keys,
                keys.getPrivate(),
                List.of(
                        extension("2.5.29.19", true, Der.sequence(Der.bool(true), Der.integer(BigInteger.ZERO))),
                        extension("2.5.29.15", true, Der.flags(SIGNS_CERTIFICATES)),
                        extension("2.5.29.14", false, Der.octets(keyId(keys.getPublic())))));
    }

    /** A certificate for a server with these DNS names, for which this authority vouches. */
    KeyAndCertificate issue(List<String> names, Instant from, Instant to) {
        KeyPair keys = newKeys();
        byte[][] alternatives = names.stream()
                .map(name -> Der.of(0x82, name.getBytes(StandardCharsets.US_ASCII)))
                .toArray(byte[][]::new);
        byte[] issuerId = Der.sequence(Der.of(0x80, keyId(certificate.getPublicKey())));
        return made(
                new Content(nameOf(certificate), names.getFirst(), from, to, keys.getPublic()),
                keys,
                key,
                List.of(
                        extension("2.5.29.15", true, Der.flags(DIGITAL_SIGNATURE)),
                        extension("2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"))),
                        extension("2.5.29.17", false, Der.sequence(alternatives)),
                        extension("2.5.29.35", false, issuerId)));
    }

    private record Content(String issuer, String subject, Instant from, Instant to, PublicKey key) {}

    private static KeyAndCertificate made(Content content, KeyPair keys, PrivateKey signer, List<byte[]> extensions) {
        byte[] signed = Der.sequence(
                Der.of(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(126, RANDOM).setBit(126)),
                SIGNATURE_ALGORITHM,
                name(content.issuer()),
                Der.sequence(
                        Der.time(content.from().truncatedTo(ChronoUnit.SECONDS)),
                        Der.time(content.to().truncatedTo(ChronoUnit.SECONDS))),
                name(content.subject()),
                content.key().getEncoded(),
                Der.of(0xa3, Der.sequence(extensions.toArray(byte[][]::new))));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer);
            signature.update(signed);
            byte[] whole = Der.sequence(signed, SIGNATURE_ALGORITHM, Der.bits(signature.sign()));
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
            return new KeyAndCertificate(certificate, keys.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK can sign and read certificates on P-256", e);
        }
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.text(commonName))));
    }

    private static String nameOf(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName().replaceFirst("^CN=", "");
    }

    /** The first 160 bits of the SHA-256 of the key (RFC 7093, method 1). */
    private static byte[] keyId(PublicKey key) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
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

    // --- PEM
    // -------------------------------------------------------------------------------------------------------------------------------

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
