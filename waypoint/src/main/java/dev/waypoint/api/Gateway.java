package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code Gateway.spec}. */
public record Gateway(
        String gatewayClassName,
        @Size(min = 1, max = 64) List<Listener> listeners,
        List<Address> addresses,
        Optional<Infrastructure> infrastructure,
        @Default("{}") AllowedListeners allowedListeners,
        Optional<GatewayTls> tls,
        @Default("\"None\"") Scope defaultScope) {

    public Gateway {
        listeners = List.copyOf(listeners);
        addresses = List.copyOf(addresses);
    }

    /** An address that is asked for; without a value, any of that type. */
    public record Address(@Default("\"IPAddress\"") String type, Optional<String> value) {}

    /** What generated objects bear. */
    public record Infrastructure(
            Map<String, String> labels, Map<String, String> annotations, Optional<ObjectRef> parametersRef) {
        public Infrastructure {
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }
    }

    /** Which ListenerSets may add listeners. */
    public record AllowedListeners(@Default("{}") ListenerNamespaces namespaces) {}

    /** From which namespaces ListenerSets may come. */
    public record ListenerNamespaces(
            @Default("\"None\"") Listener.FromNamespaces from, Optional<LabelSelector> selector) {}

    /** TLS of the Gateway as a whole. */
    public record GatewayTls(Optional<BackendSide> backend, Optional<FrontendSide> frontend) {}

    /** TLS towards backends. */
    public record BackendSide(Optional<ObjectRef> clientCertificateRef) {}

    /** TLS towards clients. */
    public record FrontendSide(
            @Name("default") @Default("{}") FrontendTls defaults, List<PortTls> perPort) {
        public FrontendSide {
            perPort = List.copyOf(perPort);
        }
    }

    /** TLS towards the clients of one port. */
    public record PortTls(
            @Range(min = 1, max = 65535) int port,
            @Default("{}") FrontendTls tls) {}

    /** How client certificates are treated. */
    public record FrontendTls(Optional<ClientValidation> validation) {}

    /** How client certificates are checked. */
    public record ClientValidation(
            List<ObjectRef> caCertificateRefs,
            @Default("\"AllowValidOnly\"") ValidationMode mode) {
        public ClientValidation {
            caCertificateRefs = List.copyOf(caCertificateRefs);
        }
    }

    /** Which clients are let in. */
    public enum ValidationMode {
        @Name("AllowValidOnly")
        ALLOW_VALID_ONLY,
        @Name("AllowInsecureFallback")
        ALLOW_INSECURE_FALLBACK
    }

    /** Whether something is meant for all. */
    public enum Scope {
        @Name("All")
        ALL,
        @Name("None")
        NONE
    }
}
