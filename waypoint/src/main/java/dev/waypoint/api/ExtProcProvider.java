package dev.waypoint.api;

import dev.waypoint.config.Default;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code ExtProcProvider.spec}: where a processor lives, how long it may take, and what it may change. */
public record ExtProcProvider(
        BackendTarget backendRef,
        Optional<String> authority,
        @Default("\"200ms\"") Duration messageTimeout,
        @Default("\"1s\"") Duration maxMessageTimeout,
        Optional<Integer> maxConcurrentStreams,
        @Default("\"Closed\"") ExtProcPolicy.FailureMode failureMode,
        @Default("false") boolean failureModeOverridable,
        @Default("500") int statusOnError,
        @Default("false") boolean allowModeOverride,
        @Default("{}") MutationRules mutationRules,
        @Default("{}") MetadataNamespaces metadataNamespaces) {

    /** Which headers a processor may change; the system's own are those that routing and framing depend on. */
    public record MutationRules(
            List<String> allow,
            List<String> deny,
            @Default("true") boolean disallowSystem) {
        public MutationRules {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }
    }

    /** Which metadata a processor may see and set. */
    public record MetadataNamespaces(List<String> readable, List<String> writable) {
        public MetadataNamespaces {
            readable = List.copyOf(readable);
            writable = List.copyOf(writable);
        }
    }
}
