package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code ExtProcPolicy.spec}: calls a processor on each request. Several on one target form a chain. */
@Doc("Calls a processor on each request. Several policies on one target form a chain.")
@Rule(
        cel = "self.disabled || has(self.providerRef)",
        message = "providerRef: required unless the policy is disabled: true")
@Rule(
        cel = "self.phase != 'PreRouting' || self.targetRefs.all(t, t.kind in ['Gateway', 'ListenerSet'])",
        message =
                "phase PreRouting: expected targets of kind Gateway or ListenerSet only, elsewhere the route is already"
                        + " chosen")
public record ExtProcPolicy(
        @Doc("Whose requests the processor sees.") @Size(min = 1, max = 16)
        List<PolicyTarget> targetRefs,

        @Doc("`Default`: policies of narrower levels may switch this one off. `Override`: they may not.")
        @Default("\"Default\"")
        TrafficPolicy.Strategy strategy,

        @Doc("The order in the chain: higher runs earlier, then the older policy, then by name.") @Default("0")
        int priority,

        @Doc("The processor; may be left out only if the policy is disabled.")
        Optional<ProviderRef> providerRef,

        @Doc("Which requests the processor sees: those that one of these matches; all if empty.") @Size(max = 16)
        List<JsonNode> when,

        @Doc("Which parts of request and response are sent to the processor; the head of the request if left out.")
        @Default("{}")
        Processing processing,

        @Doc("The most bytes of a body that are held for the processor.") @Default("1048576") @Range(min = 0)
        int maxBufferBytes,

        @Doc("The same for clients of HTTP/2, where it differs.") @Range(min = 1)
        Optional<Integer> maxBufferBytesHttp2,

        @Doc("What happens to a longer body: `Reject413` refuses it, `Partial` sends the part that was held.")
        @Default("\"Reject413\"")
        Overflow onBufferOverflow,

        @Doc("Facts about the exchange that are sent along.") @Default("{}")
        Attributes attributes,

        @Doc("Fixed values that are sent along as metadata.") @Size(max = 64)
        Map<String, String> metadata,

        @Doc(
                "Before or after a route is chosen. Headers set before take part in the choice; for Gateways and listeners.")
        @Default("\"PostRouting\"")
        HttpFilter.Phase phase,

        @Doc("`Enforce`, or `Observe`: the processor sees everything, and changes nothing.") @Default("\"Enforce\"")
        Mode mode,

        @Doc(
                "What happens when the processor fails. May only be stricter than the provider's, unless that lets itself be"
                        + " overridden.")
        Optional<FailureMode> failureMode,

        @Doc("Switches inherited policies off for these targets: those of the same provider, or all if none is named.")
        @Default("false")
        boolean disabled) {

    public ExtProcPolicy {
        targetRefs = List.copyOf(targetRefs);
        metadata = Map.copyOf(metadata);
        when = List.copyOf(when);
    }

    /** Names an ExtProcProvider; another namespace needs a ReferenceGrant. */
    public record ProviderRef(
            @Doc("The provider's name.") @Size(min = 1, max = 253)
            String name,

            @Doc("The provider's namespace, if it is another one; a ReferenceGrant must permit that.")
            @Size(min = 1, max = 63)
            Optional<String> namespace) {}

    /** Which parts of both directions are sent. */
    public record Processing(
            @Doc("Of the request.") @Default("{}") Direction request,

            @Doc("Of the response; nothing if left out.") @Default("{\"headers\": \"Skip\"}")
            Direction response) {}

    /** Which parts of one direction are sent. */
    public record Direction(
            @Doc("The headers.") @Default("\"Send\"") Sending headers,

            @Doc("The body: whole (`Buffered`), as much as the buffer holds (`BufferedPartial`), chunk by chunk with an"
                    + " answer for each (`Streamed`), or both ways independently (`FullDuplexStreamed`).")
            @Default("\"None\"")
            BodyMode body,

            @Doc("The trailers; always sent with `FullDuplexStreamed`.") @Default("\"Skip\"")
            Sending trailers) {}

    /** Whether something is sent. */
    public enum Sending {
        @Name("Send")
        SEND,
        @Name("Skip")
        SKIP
    }

    /** How a body is sent. */
    public enum BodyMode {
        @Name("None")
        NONE,
        @Name("Buffered")
        BUFFERED,
        @Name("BufferedPartial")
        BUFFERED_PARTIAL,
        @Name("Streamed")
        STREAMED,
        @Name("FullDuplexStreamed")
        FULL_DUPLEX_STREAMED
    }

    /** What happens to a body that is longer than the buffer. */
    public enum Overflow {
        @Name("Reject413")
        REJECT413,
        @Name("Partial")
        PARTIAL
    }

    /** Names of attributes. */
    public record Attributes(
            @Doc("With the request, such as `request.path` or `source.address`.") @Size(max = 64)
            List<String> request,

            @Doc("With the response, such as `response.code`.") @Size(max = 64)
            List<String> response) {
        public Attributes {
            request = List.copyOf(request);
            response = List.copyOf(response);
        }
    }

    /** Whether the processor's answers count. */
    public enum Mode {
        @Name("Enforce")
        ENFORCE,
        @Name("Observe")
        OBSERVE
    }

    /** What happens when the processor fails. */
    public enum FailureMode {
        @Name("Closed")
        CLOSED,
        @Name("Open")
        OPEN
    }
}
