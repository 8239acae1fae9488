package dev.waypoint.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.filter.ServiceTls;
import dev.waypoint.ir.TlsToBackendIr.NameIr;
import dev.waypoint.ir.TlsToBackendIr.Verified;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS towards a backend, read once. The peer's certificate must lead to the authorities and bear the server name, or one of the
 * names that the configuration lists.
 */
public final class BackendTls implements ServiceTls {

    private final String serverName;
    private final Optional<TlsKeyPair> keyPair;
    private final X509ExtendedTrustManager trust;

    private BackendTls(String serverName, Optional<TlsKeyPair> keyPair, X509ExtendedTrustManager trust) {
        this.serverName = serverName;
        this.keyPair = keyPair;
        this.trust = trust;
    }

    /**
     * Reads the certificates and the key.
     *
     * @throws IllegalArgumentException if one of them cannot be used
     */
    public static BackendTls of(Verified tls) {
        X509ExtendedTrustManager authorities = tls.authoritiesPem()
                .map(pem -> Pem.trustIn(Pem.certificates(pem)))
                .orElseGet(Pem::trustInSystem);
        List<NameIr> names = tls.subjectAltNames();
        String expected = names.isEmpty() ? tls.serverName() : names.toString();
        return new BackendTls(
                tls.serverName(),
                tls.clientCertificate().map(Pem::keyPair),
                new PeerTrust(authorities, leaf -> bears(leaf, tls.serverName(), names), expected, tls.verify()));
    }

    private static boolean bears(X509Certificate leaf, String serverName, List<NameIr> names) {
        if (names.isEmpty()) {
            return CertificateNames.hasDnsName(leaf, serverName);
        }
        return names.stream().anyMatch(name -> switch (name.kind()) {
            case DNS -> CertificateNames.hasDnsName(leaf, name.value());
            case URI -> CertificateNames.hasUri(leaf, name.value());
        });
    }

    /** What does the cryptography: OpenSSL where it is there, for speed. */
    public static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    @Override
    public String serverName() {
        return serverName;
    }

    @Override
    public Optional<TlsKeyPair> keyPair() {
        return keyPair;
    }

    @Override
    public X509ExtendedTrustManager trust() {
        return trust;
    }

    /** A context that offers HTTP/2 first, or HTTP/1.1 alone. */
    public SslContext context(boolean http2) {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(provider())
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm("")
                .trustManager(trust)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        http2
                                ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                                : List.of(ApplicationProtocolNames.HTTP_1_1)));
        keyPair.ifPresent(pair -> builder.keyManager(pair.privateKey(), pair.certificateChain()));
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }
}
