package dev.waypoint.extproc;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.extproc.client.ProcessorPool;
import dev.waypoint.filter.FilterEnvironment;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.util.Map;
import javax.net.ssl.SSLException;

/** TLS with a processor, from the data of Secrets and ConfigMaps. */
final class ProcessorTls {

    private ProcessorTls() {}

    static SslContext context(ProviderConfig.Tls tls, FilterEnvironment environment) {
        SslContextBuilder builder = ProcessorPool.tlsBuilder();
        tls.caRef().ifPresent(ref -> builder.trustManager(new ByteArrayInputStream(read(ref, "ca.crt", environment))));
        tls.certificateRef()
                .ifPresent(ref -> builder.keyManager(
                        new ByteArrayInputStream(read(ref, "tls.crt", environment)),
                        new ByteArrayInputStream(read(ref, "tls.key", environment))));
        try {
            SslContext context = builder.build();
            return tls.serverName()
                    .map(name -> ProcessorPool.named(context, name))
                    .orElse(context);
        } catch (SSLException e) {
            throw new IllegalArgumentException("provider.tls of " + environment.owner() + " cannot be used: " + e, e);
        }
    }

    private static byte[] read(ProviderConfig.DataRef ref, String key, FilterEnvironment environment) {
        Map<String, byte[]> data = environment.data(ExtProcFilterFactory.data(ref));
        byte[] value = data.get(key);
        if (value == null) {
            ResourceRef owner = environment.owner();
            throw new IllegalArgumentException(
                    owner + " names " + ref.name() + ", which has no " + key + ", expected PEM there");
        }
        return value;
    }
}
