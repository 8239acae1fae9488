package dev.waypoint.filters.envoy;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import java.util.List;
import java.util.Optional;

/**
 * One action of a rate limit rule: it makes one entry of the rule's descriptor, or none, and then the rule has no descriptor.
 *
 * @param type what the entry is made of
 * @param key the entry's key
 * @param value the entry's value where it is fixed, with commands such as {@code %REQ(:path)%}; of metadata the default
 * @param from the header or query parameter that the value is taken from, or the metadata's namespace and path joined by colons
 * @param skipIfAbsent whether the entry is left out, but not the descriptor, where there is no value
 * @param matches conditions, all of which must hold
 * @param expectMatch whether the conditions must hold or must not
 * @param ranges address ranges (CIDR) that the client must, or must not, be in
 * @param prefixV4 bits that are kept of an IPv4 address
 * @param prefixV6 bits that are kept of an IPv6 address
 */
public record RateAction(
        @Doc("What the entry is made of.") Type type,
        @Default("\"\"") @Doc("The entry's key.") String key,

        @Default("\"\"") @Doc("The entry's value where it is fixed; of metadata the default.")
        String value,

        @Default("\"\"") @Doc("The header, query parameter or metadata path that the value is taken from.")
        String from,

        @Default("false") @Doc("Leave the entry out where there is no value, but keep the descriptor.")
        boolean skipIfAbsent,

        @Doc("Conditions, all of which must hold.") List<ValueMatch> matches,

        @Default("true") @Doc("Whether the conditions must hold or must not.")
        boolean expectMatch,

        @Doc("Address ranges that the client must, or must not, be in.")
        List<String> ranges,

        @Range(min = 0, max = 32) @Doc("Bits that are kept of an IPv4 address.")
        Optional<Integer> prefixV4,

        @Range(min = 0, max = 128) @Doc("Bits that are kept of an IPv6 address.")
        Optional<Integer> prefixV6) {

    public RateAction {
        matches = List.copyOf(matches);
        ranges = List.copyOf(ranges);
    }

    /** What an entry is made of. */
    public enum Type {
        /** A fixed value. */
        @Name("Fixed")
        FIXED,
        /** A request header. */
        @Name("Header")
        HEADER,
        /** A query parameter. */
        @Name("QueryParameter")
        QUERY_PARAMETER,
        /** The client's address. */
        @Name("RemoteAddress")
        REMOTE_ADDRESS,
        /** The network of the client's address. */
        @Name("MaskedRemoteAddress")
        MASKED_REMOTE_ADDRESS,
        /** A fixed value if the client's address is in a range. */
        @Name("RemoteAddressMatch")
        REMOTE_ADDRESS_MATCH,
        /** A fixed value if headers match. */
        @Name("HeaderMatch")
        HEADER_MATCH,
        /** A fixed value if query parameters match. */
        @Name("QueryParameterMatch")
        QUERY_PARAMETER_MATCH,
        /** Dynamic metadata. */
        @Name("Metadata")
        METADATA
    }
}
