package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One listener of a Gateway or ListenerSet. */
public record Listener(
        String name,
        Optional<String> hostname,
        @Range(min = 1, max = 65535) int port,
        String protocol,
        Optional<Tls> tls,
        @Default("{}") AllowedRoutes allowedRoutes) {

    /** The protocol that makes a Gateway a waypoint, which stands in for Services. */
    public static final String MESH = "waypoint.dev/mesh";

    /** The certificates that a listener shows. */
    public record Tls(
            @Default("\"Terminate\"") Mode mode, List<ObjectRef> certificateRefs, Map<String, String> options) {
        public Tls {
            certificateRefs = List.copyOf(certificateRefs);
            options = Map.copyOf(options);
        }
    }

    /** Who ends TLS. */
    public enum Mode {
        @Name("Terminate")
        TERMINATE,
        @Name("Passthrough")
        PASSTHROUGH
    }

    /** Which routes may attach. */
    public record AllowedRoutes(@Default("{}") RouteNamespaces namespaces, List<RouteKind> kinds) {
        public AllowedRoutes {
            kinds = List.copyOf(kinds);
        }
    }

    /** From which namespaces routes may attach. */
    public record RouteNamespaces(@Default("\"Same\"") FromNamespaces from, Optional<LabelSelector> selector) {}

    /** A kind of route. */
    public record RouteKind(
            @Default("\"gateway.networking.k8s.io\"") String group, String kind) {}

    /** From which namespaces something may attach. */
    public enum FromNamespaces {
        @Name("All")
        ALL,
        @Name("Selector")
        SELECTOR,
        @Name("Same")
        SAME,
        @Name("None")
        NONE
    }
}
