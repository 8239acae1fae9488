package dev.waypoint.extproc;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.MachineSettings.RouteCache;
import dev.waypoint.extproc.state.Modes;
import dev.waypoint.extproc.state.MutationRules;
import dev.waypoint.extproc.state.Profile;
import dev.waypoint.extproc.state.SendMode;
import dev.waypoint.filters.RequestMatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Configuration of the filter {@code ext-proc}. It has one component more than is good, since each is a group of its own.
 *
 * @param provider where the processor lives and how it is called
 * @param processing which events it is asked about
 * @param permissions what it may do
 * @param failure what happens when it fails or is late
 * @param sharing what it is told besides the messages, and what it may publish
 * @param buffers what is held at most while it thinks
 * @param mode whether its answers count
 * @param debugging what authors of processors may have recorded, held up and sent elsewhere
 */
@Example("""
        {provider: {backendRef: {name: 'redactor', port: 9000}}, processing: {modes: {request: {body: 'Buffered'}, response: {headers: 'Skip'}}},
         failure: {mode: 'Closed', messageTimeout: '500ms'}}""")
public record ExtProcConfig(
        @Doc("Where the processor lives and how it is called.")
        ProviderConfig provider,

        @Default("{}") @Doc("Which events it is asked about.")
        Processing processing,

        @Default("{}") @Doc("What it may do.") Permissions permissions,

        @Default("{}") @Doc("What happens when it fails or is late.")
        Failure failure,

        @Default("{}") @Doc("What it is told besides the messages, and what it may publish.")
        SharingConfig sharing,

        @Default("{}") @Doc("What is held at most while it thinks.")
        Buffers buffers,

        @Default("\"Enforce\"") @Doc("Whether its answers count.")
        Mode mode,

        @Default("{}")
        @Doc("What authors of processors may have recorded, held up and sent elsewhere; nothing by default.")
        DebuggingConfig debugging) {

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
     * Which events the processor is asked about.
     *
     * @param modes the modes
     * @param overrideBase what a mode override of the processor is laid over; the modes themselves if left out
     * @param earlyBody whether STREAMED bodies are sent before the headers are answered
     * @param lenient whether full duplex bodies without trailers are accepted
     * @param when which requests it is asked about
     */
    public record Processing(
            @Default("{}") @Doc("The modes of both directions.")
            ModeSet modes,

            @Doc("What a mode override of the processor is laid over; the modes themselves if left out.")
            Optional<ModeSet> overrideBase,

            @Default("false")
            @Doc("Send STREAMED bodies before the headers are answered; mode overrides are ignored then.")
            boolean earlyBody,

            @Default("false") @Doc("Accept full duplex bodies without trailers.")
            boolean lenient,

            @Size(max = 16) @Doc("The requests that it is asked about: those that one of these matches; all if empty.")
            List<RequestMatch> when) {
        public Processing {
            when = List.copyOf(when);
        }
    }

    /** Modes of both directions. */
    public record ModeSet(
            @Default("{}") @Doc("The modes of requests.") DirectionModes request,
            @Default("{}") @Doc("The modes of responses.") DirectionModes response) {

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
            @Default("{}") @Doc("Which headers it may change.")
            MutationRules mutationRules,

            @Default("false") @Doc("Whether it may change modes.")
            boolean modeOverride,

            @Doc("If not empty, the only results that an override may have; headers of the request are not compared.")
            List<ModeSet> allowedOverrides,

            @Default("true") @Doc("Whether it may answer the client.")
            boolean immediateResponse,

            @Default("false") @Doc("Whether content-length stays, and may be set, where bodies may change.")
            boolean contentLength,

            @Default("\"Default\"") @Doc("When a change of the request has its route chosen again.")
            RouteCache routeCache,

            @Default("\"Extended\"") @Doc("How to decide where Envoy's behaviour surprises.")
            Profile profile) {
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
            @Default("\"Closed\"") @Doc("Whether the exchange fails with the processor.")
            FailureMode mode,

            @Default("500") @Range(min = 400, max = 599) @Doc("The status of error replies; timeouts are 504.")
            int status,

            @Default("\"200ms\"")
            @Doc("How long a reply may take, up to 1h. As in Envoy, `0s` is no time at all: no reply can be in time.")
            Duration messageTimeout,

            @Default("\"0s\"") @Doc("The longest time that the processor may ask for; none if zero.")
            Duration maxMessageTimeout,

            @Default("\"5s\"") @Doc("How long the stream outlives an observed exchange.")
            Duration deferredClose) {

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
     * What is held at most.
     *
     * @param maxBytes bytes of each direction; beyond, a buffered request is answered 413 and others are slowed down
     * @param maxBytesHttp2 the same for clients of HTTP/2, where it differs
     * @param maxHeaders fields of a message after a change
     * @param maxHeaderBytes bytes of all fields of a message after a change
     */
    public record Buffers(
            @Default("1048576")
            @Range(min = 1)
            @Doc("Bytes of each direction; beyond, a buffered request is answered 413, and others are slowed down.")
            long maxBytes,

            @Range(min = 1) @Doc("The same for clients of HTTP/2, where it differs.")
            Optional<Long> maxBytesHttp2,

            @Default("100") @Range(min = 1) @Doc("Fields of a message after a change.")
            int maxHeaders,

            @Default("61440") @Range(min = 1) @Doc("Bytes of all fields of a message after a change.")
            int maxHeaderBytes) {}
}
