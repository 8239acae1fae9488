package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code ExtProcProvider.spec}: where a processor lives, how long it may take, and what it may change. */
@Doc(
        "A processor: a gRPC service of Envoy's ext_proc protocol. Says where it lives, how long it may take and what it may"
                + " change; ExtProcPolicies use it.")
@Rule(
        cel = "self.backendRef.group == '' && self.backendRef.kind == 'Service' && has(self.backendRef.port)",
        message = "backendRef: expected a Service (group \"\") and its port")
public record ExtProcProvider(
        @Doc("The Service of the processor. A BackendTLSPolicy on it says whether it is called with TLS.")
        BackendTarget backendRef,

        @Doc("The `:authority` of calls; the Service's host name if left out.") @Size(min = 1, max = 253)
        Optional<String> authority,

        @Doc("How long the processor may take for one message; `0s` for no bound.") @Default("\"200ms\"")
        Duration messageTimeout,

        @Doc("The most that the processor itself may ask for by overriding the time; `0s` forbids it.")
        @Default("\"1s\"")
        Duration maxMessageTimeout,

        @Doc("The most calls at a time on one connection; the processor's own bound if left out.") @Range(min = 1)
        Optional<Integer> maxConcurrentStreams,

        @Doc("What happens to requests when the processor fails: `Closed` refuses them, `Open` lets them pass.")
        @Default("\"Closed\"")
        ExtProcPolicy.FailureMode failureMode,

        @Doc("Whether a policy may choose `Open` although this provider says `Closed`.") @Default("false")
        boolean failureModeOverridable,

        @Doc("The status of requests that are refused because the processor failed.")
        @Default("500")
        @Range(min = 100, max = 599)
        int statusOnError,

        @Doc("Whether the processor may change, for one request, which parts are sent to it.") @Default("false")
        boolean allowModeOverride,

        @Doc("Which headers the processor may change.") @Default("{}")
        MutationRules mutationRules,

        @Doc("Which metadata the processor may see and set.") @Default("{}")
        MetadataNamespaces metadataNamespaces,

        @Doc("What authors of the processor may have recorded, held up and sent elsewhere; nothing by default.")
        @Default("{}")
        ExtProcDebugging debugging) {

    /** @throws IllegalArgumentException if the processor is not a Service with a port */
    public ExtProcProvider {
        if (!backendRef.group().isEmpty()
                || !backendRef.kind().equals("Service")
                || backendRef.port().isEmpty()) {
            throw new IllegalArgumentException("backendRef: expected a Service (group \"\") and its port");
        }
    }

    /** Which headers a processor may change; the system's own are those that routing and framing depend on. */
    public record MutationRules(
            @Doc("The only headers that may be changed; all if empty.") @Size(max = 64)
            List<String> allow,

            @Doc("Headers that may not be changed, even if they are allowed.") @Size(max = 64)
            List<String> deny,

            @Doc("Whether headers that routing and framing depend on are out of reach: `host`, `:authority`, `:scheme`,"
                    + " `:method` and `x-envoy-*`.")
            @Default("true")
            boolean disallowSystem) {
        public MutationRules {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }
    }

    /** Which metadata a processor may see and set. */
    public record MetadataNamespaces(
            @Doc("Namespaces of metadata that are sent along.") @Size(max = 64)
            List<String> readable,

            @Doc("Namespaces of metadata that the processor may set.") @Size(max = 64)
            List<String> writable) {
        public MetadataNamespaces {
            readable = List.copyOf(readable);
            writable = List.copyOf(writable);
        }
    }
}
