package dev.waypoint.api;

import java.util.List;
import java.util.Optional;

/** {@code ReferenceGrant.spec}: which objects of other namespaces may name objects of this one. */
public record ReferenceGrant(List<From> from, List<To> to) {
    public ReferenceGrant {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /** Who may refer. */
    public record From(String group, String kind, String namespace) {}

    /** To what; without a name, to all of the kind. */
    public record To(String group, String kind, Optional<String> name) {}
}
