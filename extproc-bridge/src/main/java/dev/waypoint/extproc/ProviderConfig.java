package dev.waypoint.extproc;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import java.util.Map;
import java.util.Optional;

/**
 * Where a processor lives, and how it is called.
 *
 * @param name the name by which metrics, faults and transcripts call it; the Service's name and port if left out
 * @param backendRef the Service
 * @param authority the {@code :authority} of calls; the Service's name if left out
 * @param tls how to speak TLS with it; plain text if left out
 * @param maxConcurrentStreams exchanges at once, over all of this proxy
 * @param maxMessageBytes the largest reply
 * @param initialMetadata headers of the call
 * @param startRetries how often a stream that was refused is tried again, at another endpoint where there is one
 */
public record ProviderConfig(
        @Doc(
                "The name by which metrics, faults and transcripts call it; the Service's namespace, name and port if left out.")
        Optional<String> name,

        @Doc("The Service that the processor is reached by.")
        BackendRef backendRef,

        @Doc("The :authority of calls; the Service's name if left out.")
        Optional<String> authority,

        @Doc("How to speak TLS with it; plain text if left out.")
        Optional<Tls> tls,

        @Range(min = 1) @Doc("Exchanges at once, over all of this proxy.")
        Optional<Integer> maxConcurrentStreams,

        @Default("67108864") @Range(min = 1) @Doc("The largest reply, in bytes.")
        int maxMessageBytes,

        @Doc("Headers of the gRPC call.") Map<String, String> initialMetadata,

        @Default("0")
        @Range(min = 0, max = 10)
        @Doc("How often a stream that was refused is tried again, at another endpoint where there is one.")
        int startRetries) {
    public ProviderConfig {
        initialMetadata = Map.copyOf(initialMetadata);
    }

    /** A Service's port; the namespace is that of the referring object if left out. */
    public record BackendRef(
            @Size(min = 1) @Doc("The name of the Service.") String name,

            @Doc("Its namespace; another than the own needs a ReferenceGrant.")
            Optional<String> namespace,

            @Range(min = 1, max = 65535) @Doc("Its port.") int port) {}

    /**
     * TLS with the processor.
     *
     * @param serverName the name that its certificate must bear, and the SNI; the authority if left out
     * @param caRef a ConfigMap or Secret with {@code ca.crt}; the system's authorities if left out
     * @param certificateRef a Secret with {@code tls.crt} and {@code tls.key}, shown to the processor
     */
    public record Tls(
            @Doc("The SNI, and the name that the certificate must bear; the authority if left out.")
            Optional<String> serverName,

            @Doc("What holds ca.crt; the system's authorities if left out.")
            Optional<DataRef> caRef,

            @Doc("What holds tls.crt and tls.key, which are shown to the processor.")
            Optional<DataRef> certificateRef) {}

    /** A Secret or ConfigMap. */
    public record DataRef(
            @Default("\"Secret\"") @Doc("A Secret or a ConfigMap.")
            DataKind kind,

            @Size(min = 1) @Doc("Its name.") String name,

            @Doc("Its namespace; another than the own needs a ReferenceGrant.")
            Optional<String> namespace) {}

    /** What data is kept in. */
    public enum DataKind {
        @Name("Secret")
        SECRET,
        @Name("ConfigMap")
        CONFIG_MAP
    }
}
