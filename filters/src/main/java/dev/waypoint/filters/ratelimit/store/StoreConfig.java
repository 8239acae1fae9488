package dev.waypoint.filters.ratelimit.store;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filters.DataRef;
import dev.waypoint.ratelimit.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the buckets of limits with `scope: Global` are, as users write it. */
public record StoreConfig(
        @Doc("Redis or Valkey servers as `host:port`: one, or some of a cluster.") @Size(min = 1, max = 16)
        List<String> addresses,

        @Doc("Whether the addresses are of a Redis Cluster.") @Default("false")
        boolean cluster,

        @Doc("The number of the database; 0 with a cluster.") @Default("0") @Range(min = 0, max = 1_000_000)
        int database,

        @Doc("TLS towards the servers; without it the connection is plain.")
        Optional<Tls> tls,

        @Doc("A Secret with the entry `password`, and `username` if the server knows users.")
        Optional<DataRef> credentialsRef,

        @Doc("How long a request waits for the store, 1ms to 10s.") @Default("\"50ms\"")
        Duration timeout,

        @Doc("What requests meet that need the store while it cannot be reached: `Closed` refuses them, `Open` lets"
                + " them pass, `Local` gives each of n replicas an n-th of the limit.")
        @Default("\"Closed\"")
        WhenAway whenAway,

        @Doc("How much of a burst a replica may take in advance when there is demand, so that few requests wait for"
                + " the store; 0 for nothing. What it does not use within a second goes back.")
        @Default("5")
        @Range(min = 0, max = 50)
        int prefetchPercent,

        @Doc("What the names of the keys in the store begin with.") @Default("\"waypoint\"") @Size(min = 1, max = 64)
        String keyPrefix) {

    private static final int HIGHEST_PORT = 65_535;
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(10);

    /** @throws IllegalArgumentException naming the field, its value and what was expected */
    public StoreConfig {
        addresses = List.copyOf(addresses);
        addresses.forEach(StoreConfig::checkAddress);
        if (addresses.size() > 1 && !cluster) {
            throw new IllegalArgumentException("addresses has " + addresses.size()
                    + " entries, expected one, or cluster: true if they are of one Redis Cluster");
        }
        if (cluster && database != 0) {
            throw new IllegalArgumentException("database is " + database + ", expected 0: a cluster has no other");
        }
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout is " + timeout.toMillis() + "ms, expected 1ms to 10s");
        }
        if (credentialsRef.isPresent()
                && !(credentialsRef.get().reference() instanceof ConfigReference.SecretReference)) {
            throw new IllegalArgumentException("credentialsRef is a ConfigMap, expected a Secret");
        }
    }

    private static void checkAddress(String address) {
        int colon = address.lastIndexOf(':');
        boolean numeric = colon > 0
                && address.substring(colon + 1).matches("[0-9]{1,5}")
                && Integer.parseInt(address.substring(colon + 1)) <= HIGHEST_PORT;
        if (!numeric) {
            throw new IllegalArgumentException(
                    "addresses has '" + address + "', expected host:port such as redis.infra.svc:6379");
        }
    }

    /** TLS towards the servers. */
    public record Tls(
            @Doc("A Secret or ConfigMap whose entry `ca.crt` holds the certificates to trust; else those of the"
                    + " platform.")
            Optional<DataRef> caCertificateRef,

            @Doc("Whether the name in the server's certificate must be that of the address.") @Default("true")
            boolean verifyHostname) {}

    /** What requests meet that need the store while it cannot be reached. */
    public enum WhenAway {
        /** They are refused. */
        @Name("Closed")
        CLOSED,
        /** They pass. */
        @Name("Open")
        OPEN,
        /** Each replica admits its share. */
        @Name("Local")
        LOCAL
    }

    /** The objects that these settings name. */
    public List<ConfigReference> references() {
        List<ConfigReference> references = new ArrayList<>();
        credentialsRef.ifPresent(ref -> references.add(ref.reference()));
        tls.flatMap(Tls::caCertificateRef).ifPresent(ref -> references.add(ref.reference()));
        return references;
    }

    /** The same settings, with references that mean the same from everywhere. */
    public StoreConfig in(String namespace) {
        return new StoreConfig(
                addresses,
                cluster,
                database,
                tls.map(some -> new Tls(some.caCertificateRef().map(ref -> ref.in(namespace)), some.verifyHostname())),
                credentialsRef.map(ref -> ref.in(namespace)),
                timeout,
                whenAway,
                prefetchPercent,
                keyPrefix);
    }

    /** The scope of a limit whose buckets are here. */
    public Limit.Scope.Global scope(long burst) {
        return new Limit.Scope.Global(
                switch (whenAway) {
                    case CLOSED -> Limit.WhenAway.CLOSED;
                    case OPEN -> Limit.WhenAway.OPEN;
                    case LOCAL -> Limit.WhenAway.LOCAL;
                },
                burst * prefetchPercent / 100);
    }

    /** Prints the servers. */
    @Override
    public String toString() {
        return String.join(",", addresses);
    }
}
