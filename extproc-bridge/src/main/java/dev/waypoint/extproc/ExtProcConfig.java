package dev.waypoint.extproc;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.MachineSettings.RouteCache;
import dev.waypoint.extproc.state.Modes;
import dev.waypoint.extproc.state.MutationRules;
import dev.waypoint.extproc.state.Profile;
import dev.waypoint.extproc.state.SendMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Configuration of the filter {@code ext-proc}.
 *
 * @param provider where the processor lives and how it is called
 * @param processing which events it is asked about
 * @param permissions what it may do
 * @param failure what happens when it fails or is late
 * @param sharing what it is told besides the messages, and what it may publish
 * @param buffers what is held at most while it thinks
 * @param mode whether its answers count
 */
public record ExtProcConfig(
        @Doc("Where the processor lives and how it is called.")
        Provider provider,

        @Default("{}") @Doc("Which events it is asked about.")
        Processing processing,

        @Default("{}") @Doc("What it may do.") Permissions permissions,

        @Default("{}") @Doc("What happens when it fails or is late.")
        Failure failure,

        @Default("{}") @Doc("What it is told besides the messages, and what it may publish.")
        Sharing sharing,

        @Default("{}") @Doc("What is held at most while it thinks.")
        Buffers buffers,

        @Default("\"Enforce\"") @Doc("Whether its answers count.")
        Mode mode) {

    public ExtProcConfig {
        requireTrailersWithDuplex("request", processing.modes().request(), processing);
        requireTrailersWithDuplex("response", processing.modes().response(), processing);
    }

    private static void requireTrailersWithDuplex(String name, DirectionModes modes, Processing processing) {
        if (!processing.lenient()
                && modes.body() == BodyMode.FULL_DUPLEX_STREAMED
                && modes.trailers() != SendMode.SEND) {
            throw new IllegalArgumentException("processing.modes." + name
                    + " has the body mode FullDuplexStreamed without trailers, expected trailers: Send beside it");
        }
    }

    /** Whether answers count. */
    public enum Mode {
        /** Each message waits for its reply. */
        @Name("Enforce")
        ENFORCE,
        /** Messages are sent, replies are ignored, nothing waits. */
        @Name("Observe")
        OBSERVE
    }

    /**
     * Where the processor lives.
     *
     * @param backendRef the Service
     * @param authority the {@code :authority} of calls; the Service's name if left out
     * @param tls how to speak TLS with it; plain text if left out
     * @param maxConcurrentStreams exchanges at once, over all of this proxy
     * @param maxMessageBytes the largest reply
     * @param initialMetadata headers of the call
     * @param startRetries how often a stream that was refused is tried again, at another endpoint where there is one
     */
    public record Provider(
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
        public Provider {
            initialMetadata = Map.copyOf(initialMetadata);
        }
    }

    /** A Service's port; the namespace is that of the referring object if left out. */
    public record BackendRef(
            @Size(min = 1) String name,
            Optional<String> namespace,
            @Range(min = 1, max = 65535) int port) {}

    /**
     * TLS with the processor.
     *
     * @param serverName the name that its certificate must bear, and the SNI; the authority if left out
     * @param caRef a ConfigMap or Secret with {@code ca.crt}; the system's authorities if left out
     * @param certificateRef a Secret with {@code tls.crt} and {@code tls.key}, shown to the processor
     */
    public record Tls(Optional<String> serverName, Optional<DataRef> caRef, Optional<DataRef> certificateRef) {}

    /** A Secret or ConfigMap. */
    public record DataRef(
            @Default("\"Secret\"") DataKind kind,
            @Size(min = 1) String name,
            Optional<String> namespace) {}

    /** What data is kept in. */
    public enum DataKind {
        @Name("Secret")
        SECRET,
        @Name("ConfigMap")
        CONFIG_MAP
    }

    /**
     * Which events the processor is asked about.
     *
     * @param modes the modes
     * @param overrideBase what a mode override of the processor is laid over; the modes themselves if left out
     * @param earlyBody whether STREAMED bodies are sent before the headers are answered
     * @param lenient whether full duplex bodies without trailers are accepted
     */
    public record Processing(
            @Default("{}") ModeSet modes,
            Optional<ModeSet> overrideBase,

            @Default("false")
            @Doc("Send STREAMED bodies before the headers are answered; mode overrides are ignored then.")
            boolean earlyBody,

            @Default("false") @Doc("Accept full duplex bodies without trailers.")
            boolean lenient) {}

    /** Modes of both directions. */
    public record ModeSet(
            @Default("{}") DirectionModes request,
            @Default("{}") DirectionModes response) {

        /** Envoy's default: both heads. */
        public static final ModeSet DEFAULT = new ModeSet(DirectionModes.DEFAULT, DirectionModes.DEFAULT);

        /** Nothing at all. */
        public static final ModeSet OFF = new ModeSet(DirectionModes.OFF, DirectionModes.OFF);

        Modes toModes() {
            return new Modes(
                    request.headers,
                    response.headers,
                    request.body,
                    response.body,
                    request.trailers,
                    response.trailers);
        }
    }

    /** Modes of one direction. */
    public record DirectionModes(
            @Default("\"Default\"") @Doc("Whether the head is sent; the default sends it.")
            SendMode headers,

            @Default("\"None\"") @Doc("How the body is sent.")
            BodyMode body,

            @Default("\"Default\"") @Doc("Whether trailers are sent; the default skips them.")
            SendMode trailers) {
        /** The head only. */
        public static final DirectionModes DEFAULT =
                new DirectionModes(SendMode.DEFAULT, BodyMode.NONE, SendMode.DEFAULT);
        /** Nothing. */
        public static final DirectionModes OFF = new DirectionModes(SendMode.SKIP, BodyMode.NONE, SendMode.SKIP);
    }

    /**
     * What the processor may do.
     *
     * @param mutationRules which headers it may change
     * @param modeOverride whether it may change modes
     * @param allowedOverrides if not empty, the only results that an override may have
     * @param immediateResponse whether it may answer the client
     * @param contentLength whether content-length stays, and may be set, where bodies may change
     * @param routeCache when a change of the request has its route chosen again
     * @param profile how to decide where Envoy's behaviour surprises
     */
    public record Permissions(
            @Default("{}") MutationRules mutationRules,
            @Default("false") boolean modeOverride,
            List<ModeSet> allowedOverrides,
            @Default("true") boolean immediateResponse,
            @Default("false") boolean contentLength,
            @Default("\"Default\"") RouteCache routeCache,
            @Default("\"Extended\"") Profile profile) {
        public Permissions {
            allowedOverrides = List.copyOf(allowedOverrides);
        }
    }

    /**
     * What happens when the processor fails or is late.
     *
     * @param mode whether the exchange fails with it
     * @param status the status of error replies; timeouts are 504
     * @param messageTimeout how long a reply may take
     * @param maxMessageTimeout the longest time that the processor may ask for; none if zero
     * @param deferredClose how long the stream outlives an observed exchange
     */
    public record Failure(
            @Default("\"Closed\"") FailureMode mode,
            @Default("500") @Range(min = 400, max = 599) int status,
            @Default("\"200ms\"") Duration messageTimeout,
            @Default("\"0s\"") Duration maxMessageTimeout,
            @Default("\"5s\"") Duration deferredClose) {

        private static final Duration LONGEST = Duration.ofHours(1);

        public Failure {
            require("messageTimeout", messageTimeout);
            require("maxMessageTimeout", maxMessageTimeout);
        }

        private static void require(String name, Duration value) {
            if (value.isNegative() || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(name + " is " + value + ", expected 0s to 1h");
            }
        }
    }

    /** Whether the exchange fails with the processor. */
    public enum FailureMode {
        @Name("Closed")
        CLOSED,
        @Name("Open")
        OPEN
    }

    /**
     * What the processor is told besides the messages, and what it may publish.
     *
     * @param requestAttributes names to CEL expressions, sent with the first message of the request
     * @param responseAttributes names to CEL expressions, sent with the first message of the response
     * @param metadata fixed values, sent with each message
     * @param readable metadata namespaces that are sent with each message
     * @param writable metadata namespaces that replies may set
     * @param shownHeaders which headers and trailers are sent
     */
    public record Sharing(
            Map<String, String> requestAttributes,
            Map<String, String> responseAttributes,
            Map<String, String> metadata,
            @Default("{}") Namespaces readable,
            @Default("{}") Namespaces writable,
            @Default("{}") ShownHeaders shownHeaders) {
        public Sharing {
            requestAttributes = Map.copyOf(requestAttributes);
            responseAttributes = Map.copyOf(responseAttributes);
            metadata = Map.copyOf(metadata);
        }
    }

    /** Metadata namespaces: of JSON values, and of typed messages. */
    public record Namespaces(List<String> untyped, List<String> typed) {
        public Namespaces {
            untyped = List.copyOf(untyped);
            typed = List.copyOf(typed);
        }
    }

    /** Which headers and trailers are shown: all that {@code hide} does not match, and {@code show}, if not empty, does. */
    public record ShownHeaders(List<NameMatch> show, List<NameMatch> hide) {
        public ShownHeaders {
            show = List.copyOf(show);
            hide = List.copyOf(hide);
        }
    }

    /** Matches header names; they are compared in lower case. */
    public record NameMatch(
            @Default("\"Exact\"") MatchType type,
            String value,
            @Default("false") boolean ignoreCase) {}

    /** How names are compared. */
    public enum MatchType {
        @Name("Exact")
        EXACT,
        @Name("Prefix")
        PREFIX,
        @Name("Suffix")
        SUFFIX,
        @Name("Contains")
        CONTAINS,
        @Name("RegularExpression")
        REGULAR_EXPRESSION
    }

    /**
     * What is held at most.
     *
     * @param maxBytes bytes of each direction; beyond, a buffered request is answered 413 and others are slowed down
     * @param maxBytesHttp2 the same for clients of HTTP/2, where it differs
     * @param maxHeaders fields of a message after a change
     * @param maxHeaderBytes bytes of all fields of a message after a change
     */
    public record Buffers(
            @Default("1048576") @Range(min = 1) long maxBytes,
            @Range(min = 1) Optional<Long> maxBytesHttp2,
            @Default("100") @Range(min = 1) int maxHeaders,
            @Default("61440") @Range(min = 1) int maxHeaderBytes) {}
}
