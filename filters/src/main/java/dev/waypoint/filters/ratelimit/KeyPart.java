package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.HeaderName;
import java.util.Optional;
import java.util.OptionalInt;

/** One part of a key: a value of the request that tells clients apart. */
public record KeyPart(
        @Doc("What is taken from the request.") Type type,

        @Doc("The name of the header, query parameter, cookie or claim; dots lead into objects of claims.")
        @Size(min = 1, max = 200)
        Optional<String> name,

        @Doc("For ClientAddress: how many leading bits of an IPv4 address count; 32 if left out.")
        @Range(min = 0, max = 32)
        OptionalInt prefixLength,

        @Doc(
                "For ClientAddress: how many leading bits of an IPv6 address count; 64 if left out, because a client usually has"
                        + " a whole such block.")
        @Range(min = 0, max = 128)
        OptionalInt ipv6PrefixLength,

        @Doc(
                "What a request without this value does: `Share` one bucket with all such requests, `Skip` the limit, or `Reject`:"
                        + " is refused.")
        @Default("\"Share\"")
        OnMissing onMissing) {

    private static final int IPV4_BITS = 32;

    /** The usual size of the block of a client. */
    private static final int IPV6_BITS = 64;

    /** @throws IllegalArgumentException naming the field that is missing or does not belong to the type */
    public KeyPart {
        if (type.named() != name.isPresent()) {
            throw new IllegalArgumentException(
                    type.named()
                            ? "a key of type " + type.text() + " needs a name"
                            : "a key of type " + type.text() + " takes no name");
        }
        if (type != Type.CLIENT_ADDRESS && (prefixLength.isPresent() || ipv6PrefixLength.isPresent())) {
            throw new IllegalArgumentException(
                    "a key of type " + type.text() + " takes no prefix length, only ClientAddress does");
        }
        if (type == Type.HEADER) {
            name.ifPresent(HeaderName::parse);
        }
        if (name.isPresent() && name.get().chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "the name is '" + name.get() + "', expected printable characters of ASCII");
        }
    }

    /** What is taken from the request. */
    public enum Type {
        /** The client's address, after trusted hops were taken into account. */
        @Name("ClientAddress")
        CLIENT_ADDRESS,
        /** A header; several of one name are one value. */
        @Name("Header")
        HEADER,
        /** The first query parameter of a name. */
        @Name("Query")
        QUERY,
        /** A cookie. */
        @Name("Cookie")
        COOKIE,
        /** The path as routes match it, without query. */
        @Name("Path")
        PATH,
        /** The method. */
        @Name("Method")
        METHOD,
        /** The host that the client asked for, without port, in lower case. */
        @Name("Host")
        HOST,
        /** The namespace of the calling workload. */
        @Name("SourceNamespace")
        SOURCE_NAMESPACE,
        /** The identity of the calling workload. */
        @Name("SourceIdentity")
        SOURCE_IDENTITY,
        /** A claim of a verified token. */
        @Name("Claim")
        CLAIM,
        /** The user or client whose password or key was verified. */
        @Name("User")
        USER;

        private boolean named() {
            return this == HEADER || this == QUERY || this == COOKIE || this == CLAIM;
        }

        private String text() {
            try {
                return Type.class.getField(name()).getAnnotation(Name.class).value();
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** What a request without the value does. */
    public enum OnMissing {
        /** Uses one bucket together with all such requests. */
        @Name("Share")
        SHARE,
        /** Is not asked by this limit. */
        @Name("Skip")
        SKIP,
        /** Is refused. */
        @Name("Reject")
        REJECT
    }

    int ipv4Bits() {
        return prefixLength.orElse(IPV4_BITS);
    }

    int ipv6Bits() {
        return ipv6PrefixLength.orElse(IPV6_BITS);
    }

    /** What the part is, for people, and to tell whether two limits count the same thing. */
    String label() {
        return switch (type) {
            case CLIENT_ADDRESS -> "address/" + ipv4Bits() + "/" + ipv6Bits();
            case HEADER, QUERY, COOKIE, CLAIM -> type.text() + " " + name.orElse("");
            case PATH, METHOD, HOST, SOURCE_NAMESPACE, SOURCE_IDENTITY, USER -> type.text();
        };
    }
}
