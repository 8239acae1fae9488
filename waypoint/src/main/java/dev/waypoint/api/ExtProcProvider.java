package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.DurationText;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code ExtProcProvider.spec}: where a processor lives, how long it may take, and what it may change. */
@Doc(
        "A processor: a gRPC service of Envoy's ext_proc protocol. Says where it lives, how long it may take and what it may"
                + " change; ExtProcPolicies use it.")
@Rule(
        cel = "self.backendRef.group == '' && self.backendRef.kind == 'Service' && has(self.backendRef.port)",
        message = "backendRef: expected a Service (group \"\") and its port")
@Rule(
        cel = "duration(self.messageTimeout) >= duration('1ms') && duration(self.messageTimeout) <= duration('1h')",
        message = "messageTimeout: expected 1ms to 1h")
public record ExtProcProvider(
        @Doc("The Service of the processor. A BackendTLSPolicy on it says whether it is called with TLS.")
        BackendTarget backendRef,

        @Doc("The `:authority` of calls; the Service's host name if left out.") @Size(min = 1, max = 253)
        Optional<String> authority,

        @Doc("Details of the calls: headers, repetitions, the certificate that is shown, the largest answer.")
        @Default("{}")
        Call call,

        @Doc("How long the processor may take for one message, 1ms to 1h.") @Default("\"200ms\"")
        Duration messageTimeout,

        @Doc("The most that the processor itself may ask for by overriding the time; `0s` forbids it.")
        @Default("\"1s\"")
        Duration maxMessageTimeout,

        @Doc("The most exchanges at a time, over all of a proxy; no bound but the processor's own if left out.")
        @Range(min = 1)
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

        @Doc("Whether the processor may answer the client itself.") @Default("true")
        boolean allowImmediateResponse,

        @Doc("Whether the processor may have the route of a request chosen again after it changed the request.")
        @Default("true")
        boolean allowReroute,

        @Doc(
                "How to decide where Envoy's behaviour surprises: `Extended` does what the protocol's documentation says, `Envoy`"
                        + " what Envoy does.")
        @Default("\"Extended\"")
        Profile profile,

        @Doc("Which headers the processor may change.") @Default("{}")
        MutationRules mutationRules,

        @Doc("Which metadata the processor may see and set.") @Default("{}")
        MetadataNamespaces metadataNamespaces,

        @Doc("What authors of the processor may have recorded, held up and sent elsewhere; nothing by default.")
        @Default("{}")
        ExtProcDebugging debugging) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** @throws IllegalArgumentException if the processor is not a Service with a port, or a time is out of its bounds */
    public ExtProcProvider {
        if (messageTimeout.compareTo(SHORTEST) < 0 || messageTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("messageTimeout is " + DurationText.print(messageTimeout)
                    + ", expected 1ms to 1h: every message needs its answer in that time");
        }
        if (!backendRef.group().isEmpty()
                || !backendRef.kind().equals("Service")
                || backendRef.port().isEmpty()) {
            throw new IllegalArgumentException("backendRef: expected a Service (group \"\") and its port");
        }
    }

    /** How a processor is called. */
    public record Call(
            @Doc("Headers of the gRPC call.") @Size(max = 32)
            Map<String, String> headers,

            @Doc("How often a call that was refused is tried again, at another endpoint where there is one.")
            @Default("0")
            @Range(min = 0, max = 10)
            int startRetries,

            @Doc("A Secret with `tls.crt` and `tls.key`, which are shown to a processor that is called with TLS.")
            Optional<ExtProcDebugging.SecretRef> clientCertificateRef,

            @Doc("The largest answer, in bytes.") @Default("67108864") @Range(min = 1)
            int maxMessageBytes) {
        public Call {
            headers = Map.copyOf(headers);
        }
    }

    /** How to decide where Envoy's behaviour surprises. */
    public enum Profile {
        @Name("Extended")
        EXTENDED,
        @Name("Envoy")
        ENVOY
    }

    /** Which headers a processor may change. */
    public record MutationRules(
            @Doc("The only headers that may be changed; all if empty.") @Size(max = 64)
            List<String> allow,

            @Doc("Headers that may not be changed, even if they are allowed.") @Size(max = 64)
            List<String> deny,

            @Doc("Whether pseudo headers such as `:path` and `:status` are out of reach.") @Default("true")
            boolean disallowSystem,

            @Doc(
                    "Whether `host`, `:authority`, `:scheme` and `:method` may be changed, the pseudo headers among them if"
                            + " `disallowSystem` is false.")
            @Default("false")
            boolean allowRouting,

            @Doc("Whether headers that begin with `x-envoy` may be changed.") @Default("false")
            boolean allowEnvoy,

            @Doc("Whether a change that is refused fails the request; else it is left out.") @Default("false")
            boolean refusalIsError) {
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
