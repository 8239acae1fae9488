package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code ExtProcPolicy.spec}: calls a processor on each request. Several on one target form a chain.
 *
 * @param targetRefs what it is attached to
 * @param strategy whether lower levels may switch it off
 * @param priority order in the chain; higher runs earlier, then by age and name
 * @param providerRef the processor; may be left out only if {@code disabled}
 * @param processing which parts are sent
 * @param maxBufferBytes the most of a body that is held
 * @param onBufferOverflow what happens to a longer body
 * @param attributes facts about the exchange that are sent along
 * @param metadata fixed values that are sent along
 * @param phase whether it runs before a route is chosen
 * @param mode whether the processor may change anything
 * @param failureMode may only be stricter than the provider's
 * @param disabled switches an inherited policy of the same provider, or all if none is named, off for these targets
 */
public record ExtProcPolicy(
        @Size(min = 1, max = 16) List<PolicyTarget> targetRefs,
        @Default("\"Default\"") TrafficPolicy.Strategy strategy,
        @Default("0") int priority,
        Optional<ProviderRef> providerRef,
        @Default("{}") Processing processing,
        @Default("1048576") int maxBufferBytes,
        @Default("\"Reject413\"") Overflow onBufferOverflow,
        @Default("{}") Attributes attributes,
        Map<String, String> metadata,
        @Default("\"PostRouting\"") HttpFilter.Phase phase,
        @Default("\"Enforce\"") Mode mode,
        Optional<FailureMode> failureMode,
        @Default("false") boolean disabled) {

    public ExtProcPolicy {
        targetRefs = List.copyOf(targetRefs);
        metadata = Map.copyOf(metadata);
    }

    /** Names an ExtProcProvider; another namespace needs a ReferenceGrant. */
    public record ProviderRef(String name, Optional<String> namespace) {}

    /** Which parts of both directions are sent. */
    public record Processing(
            @Default("{}") Direction request,
            @Default("{\"headers\": \"Skip\"}") Direction response) {}

    /** Which parts of one direction are sent. */
    public record Direction(
            @Default("\"Send\"") Sending headers,
            @Default("\"None\"") BodyMode body,
            @Default("\"Skip\"") Sending trailers) {}

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
    public record Attributes(List<String> request, List<String> response) {
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
