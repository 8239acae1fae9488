package dev.waypoint.filters.ratelimit.store;

import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce.LettuceBasedProxyManagerBuilder;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A connection to the servers, once it is there.
 *
 * @param connection the connection
 * @param buckets the buckets on the servers
 * @param ping asks whether they answer
 */
record RedisLink(
        StatefulConnection<byte[], byte[]> connection,
        AsyncProxyManager<byte[]> buckets,
        Supplier<CompletionStage<?>> ping) {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** How long a full bucket is kept on the servers, where it is as good as none. */
    private static final Duration KEPT_WHEN_FULL = Duration.ofSeconds(10);

    /** Commands that may wait for an answer: beyond it the store is too slow to be of use. */
    private static final int MOST_WAITING = 10_000;

    private static final Duration TOPOLOGY_PERIOD = Duration.ofSeconds(30);

    /** The client of some servers: opens links. */
    interface Opener {
        CompletionStage<RedisLink> open();

        AbstractRedisClient client();
    }

    static Opener opener(StoreSettings settings, ClientResources resources) {
        List<RedisURI> addresses = settings.config().addresses().stream()
                .map(address -> uri(address, settings))
                .toList();
        return settings.config().cluster()
                ? cluster(addresses, settings, resources)
                : single(addresses.getFirst(), settings, resources);
    }

    private static Opener single(RedisURI address, StoreSettings settings, ClientResources resources) {
        RedisClient client = RedisClient.create(resources, address);
        client.setOptions(options(ClientOptions.builder(), settings).build());
        return new Opener() {
            @Override
            public CompletionStage<RedisLink> open() {
                return client.connectAsync(ByteArrayCodec.INSTANCE, address)
                        .thenApply(connection -> new RedisLink(
                                connection,
                                buckets(Bucket4jLettuce.casBasedBuilder(connection), settings),
                                () -> connection.async().ping()));
            }

            @Override
            public AbstractRedisClient client() {
                return client;
            }
        };
    }

    private static Opener cluster(List<RedisURI> addresses, StoreSettings settings, ClientResources resources) {
        RedisClusterClient client = RedisClusterClient.create(resources, addresses);
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        options(options, settings);
        options.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(TOPOLOGY_PERIOD)
                .build());
        client.setOptions(options.build());
        return new Opener() {
            @Override
            public CompletionStage<RedisLink> open() {
                return client.refreshPartitionsAsync()
                        .thenCompose(_ -> client.connectAsync(ByteArrayCodec.INSTANCE))
                        .thenApply(connection -> new RedisLink(
                                connection,
                                buckets(Bucket4jLettuce.casBasedBuilder(connection), settings),
                                () -> connection.async().ping()));
            }

            @Override
            public AbstractRedisClient client() {
                return client;
            }
        };
    }

    private static AsyncProxyManager<byte[]> buckets(
            LettuceBasedProxyManagerBuilder<byte[]> builder, StoreSettings settings) {
        return builder.clientClock(TimeMeter.SYSTEM_MILLISECONDS)
                .requestTimeout(settings.config().timeout())
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_WHEN_FULL))
                .build()
                .asAsync();
    }

    private static RedisURI uri(String address, StoreSettings settings) {
        int colon = address.lastIndexOf(':');
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(address.substring(0, colon))
                .withPort(Integer.parseInt(address.substring(colon + 1)))
                .withDatabase(settings.config().database())
                .withTimeout(CONNECT_TIMEOUT);
        settings.config()
                .tls()
                .ifPresent(tls ->
                        uri.withSsl(true).withVerifyPeer(tls.verifyHostname() ? SslVerifyMode.FULL : SslVerifyMode.CA));
        if (!settings.username().isEmpty()) {
            uri.withAuthentication(settings.username(), settings.password());
        } else if (!settings.password().isEmpty()) {
            uri.withPassword(settings.password().toCharArray());
        }
        return uri.build();
    }

    private static ClientOptions.Builder options(ClientOptions.Builder builder, StoreSettings settings) {
        builder.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_WAITING)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build());
        if (!settings.trusted().isEmpty()) {
            byte[] trusted = settings.trusted().getBytes(StandardCharsets.UTF_8);
            builder.sslOptions(SslOptions.builder()
                    .trustManager(() -> new ByteArrayInputStream(trusted))
                    .build());
        }
        return builder;
    }
}
