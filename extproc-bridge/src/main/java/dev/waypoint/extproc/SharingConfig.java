package dev.waypoint.extproc;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import java.util.List;
import java.util.Map;

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
public record SharingConfig(
        @Doc("Names to CEL expressions, sent with the first message of the request.")
        Map<String, String> requestAttributes,

        @Doc("Names to CEL expressions, sent with the first message of the response.")
        Map<String, String> responseAttributes,

        @Doc("Fixed values, sent with each message.") Map<String, String> metadata,

        @Default("{}") @Doc("Metadata namespaces that are sent with each message.")
        Namespaces readable,

        @Default("{}") @Doc("Metadata namespaces that replies may set.")
        Namespaces writable,

        @Default("{}") @Doc("Which headers and trailers are sent.")
        ShownHeaders shownHeaders) {
    public SharingConfig {
        requestAttributes = Map.copyOf(requestAttributes);
        responseAttributes = Map.copyOf(responseAttributes);
        metadata = Map.copyOf(metadata);
        var _ = new Attributes(requestAttributes);
        var _ = new Attributes(responseAttributes);
    }

    /** Metadata namespaces: of JSON values, and of typed messages. */
    public record Namespaces(
            @Doc("Namespaces of JSON values.") List<String> untyped,
            @Doc("Namespaces of typed messages.") List<String> typed) {
        public Namespaces {
            untyped = List.copyOf(untyped);
            typed = List.copyOf(typed);
        }
    }

    /** Which headers and trailers are shown: all that {@code hide} does not match, and {@code show}, if not empty, does. */
    public record ShownHeaders(
            @Doc("If not empty, only what one of these matches is shown.")
            List<NameMatch> show,

            @Doc("What one of these matches is not shown.") List<NameMatch> hide) {
        public ShownHeaders {
            show = List.copyOf(show);
            hide = List.copyOf(hide);
        }
    }

    /** Matches header names; they are compared in lower case. */
    public record NameMatch(
            @Default("\"Exact\"") @Doc("How names are compared.")
            MatchType type,

            @Doc("What they are compared with.") String value,

            @Default("false") @Doc("Whether the value is put in lower case first.")
            boolean ignoreCase) {}

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
}
