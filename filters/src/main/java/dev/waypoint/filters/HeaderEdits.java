package dev.waypoint.filters;

import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Size;
import dev.waypoint.filter.HeaderName;
import java.util.List;
import java.util.Set;

/**
 * Edits of headers, in the form of the Gateway API's header modifiers. Removals come first, then sets, then additions.
 */
public record HeaderEdits(
        @Doc("Headers that get exactly this value, whatever they had.") @Size(max = 64)
        List<Field> set,

        @Doc("Headers that get this value besides those that they have.") @Size(max = 64)
        List<Field> add,

        @Doc("Headers that are removed.") @Size(max = 64) List<HeaderName> remove) {

    /** No edits. */
    public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());

    /** Headers that frame messages or belong to one connection: a filter that writes them would break the message. */
    private static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade");

    public HeaderEdits {
        set = List.copyOf(set);
        add = List.copyOf(add);
        remove = List.copyOf(remove);
    }

    /** A header with a fixed value. */
    public record Field(
            @Doc("The name of the header.") HeaderName name,
            @Doc("The value.") @Size(max = 4096) String value) {
        public Field {
            checkName(name);
            checkValue(value);
        }
    }

    /** Refuses names that filters must not write. */
    public static void checkName(HeaderName name) {
        if (FRAMING.contains(name.toString())) {
            throw new IllegalArgumentException("the header " + name + " is kept by the proxy itself"
                    + (name.toString().equals("host") ? ": use the filter url-rewrite to change the host" : ""));
        }
    }

    /** Refuses values that cannot stand in a header (RFC 9110, section 5.5). */
    public static void checkValue(String value) {
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new IllegalArgumentException("the value has control characters, expected visible ones and spaces");
        }
    }

    /** Whether nothing is edited. */
    public boolean isEmpty() {
        return set.isEmpty() && add.isEmpty() && remove.isEmpty();
    }

    /** Edits headers. */
    public void apply(HttpHeadersBuilder headers) {
        for (HeaderName name : remove) {
            headers.remove(name.lower());
        }
        for (Field field : set) {
            headers.set(field.name.lower(), field.value);
        }
        for (Field field : add) {
            headers.add(field.name.lower(), field.value);
        }
    }
}
