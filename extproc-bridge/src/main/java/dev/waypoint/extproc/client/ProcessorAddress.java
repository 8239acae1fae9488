package dev.waypoint.extproc.client;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Where a processor is that a tool speaks to, and how.
 *
 * @param host its name or address
 * @param port its port
 * @param authority the {@code :authority} of calls, with TLS also the SNI and the name that its certificate must bear; host and port
 *     if empty
 * @param tls TLS; plain text if empty
 */
public record ProcessorAddress(String host, int port, Optional<String> authority, Optional<Tls> tls) {

    /**
     * TLS with a processor, as PEM.
     *
     * @param authorities who may have signed its certificate; the system's authorities if empty
     * @param client the certificate that is shown to it; none if empty
     */
    public record Tls(Optional<String> authorities, Optional<KeyPair> client) {}

    /** A certificate with its chain, and its key in PKCS #8. */
    public record KeyPair(String chain, String key) {}

    /** A processor that is spoken to in plain text. */
    public static ProcessorAddress plain(String host, int port) {
        return new ProcessorAddress(host, port, Optional.empty(), Optional.empty());
    }

    /**
     * Begins a channel to it.
     *
     * @throws IllegalArgumentException if certificates or key cannot be used
     */
    public NettyChannelBuilder channel() {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(host, port);
        authority.ifPresent(builder::overrideAuthority);
        if (tls.isEmpty()) {
            return builder.usePlaintext();
        }
        SslContextBuilder context = GrpcSslContexts.forClient();
        try {
            tls.get().authorities().ifPresent(pem -> context.trustManager(stream(pem)));
            tls.get().client().ifPresent(pair -> context.keyManager(stream(pair.chain()), stream(pair.key())));
            return builder.sslContext(context.build());
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the certificates or the key cannot be used, expected PEM, the key in PKCS #8: " + e.getMessage(),
                    e);
        }
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
    }

    /** As people write it. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
