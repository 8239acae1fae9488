package dev.waypoint.source.envoy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.ir.TlsToBackendIr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * The translation of a bootstrap as Gateway API and Waypoint objects. Made from the same records that the proxy runs; what they hold
 * and objects cannot say is listed.
 */
public final class Conversion {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final List<ObjectNode> objects = new ArrayList<>();
    private final Map<ObjectNode, String> comments = new IdentityHashMap<>();
    private final List<String> losses = new ArrayList<>();

    private Conversion() {}

    /** Converts a bootstrap. */
    public static Conversion of(EnvoyBootstrap bootstrap) {
        Conversion conversion = new Conversion();
        RoutingIr routing = bootstrap.routing();
        for (ListenerIr listener : routing.listeners()) {
            conversion.gateway(listener);
            new RouteConversion(conversion, listener, bootstrap.drafts()).convert();
        }
        routing.backends().values().stream()
                .filter(backend -> backend.id().variant().isEmpty())
                .sorted(Comparator.comparing(backend -> backend.id().toString()))
                .forEach(conversion::service);
        return conversion;
    }

    /** The objects, as YAML documents. */
    public String yaml() {
        StringBuilder out = new StringBuilder();
        for (ObjectNode object : objects) {
            try {
                String text = YAML.writeValueAsString(object);
                String comment = comments.get(object);
                out.append(comment == null ? text : text.replaceFirst("---\\n", "---\n# " + comment + "\n"));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a tree of data can always be written", e);
            }
        }
        return out.toString();
    }

    /** What the objects do not say, in sentences that name the place. */
    public List<String> losses() {
        return List.copyOf(losses);
    }

    void loss(String text) {
        if (!losses.contains(text)) {
            losses.add(text);
        }
    }

    /** A new object. */
    ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("name", name);
        objects.add(object);
        return object;
    }

    /** A new object with a comment. */
    ObjectNode object(String apiVersion, String kind, String name, String comment) {
        ObjectNode object = object(apiVersion, kind, name);
        comments.put(object, Matcher.quoteReplacement(comment));
        return object;
    }

    /** A name as Kubernetes allows it. */
    static String name(String... parts) {
        String text = String.join("-", parts).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String trimmed = text.replaceAll("^-+|-+$", "");
        return trimmed.length() > 63 ? trimmed.substring(0, 63).replaceAll("-+$", "") : trimmed;
    }

    private void gateway(ListenerIr listener) {
        String name = name(listener.owner().name());
        ObjectNode spec =
                object("gateway.networking.k8s.io/v1", "Gateway", name).putObject("spec");
        spec.put("gatewayClassName", "waypoint");
        ObjectNode entry = spec.putArray("listeners").addObject();
        entry.put("name", "http").put("port", listener.port());
        entry.put("protocol", listener.protocol().name());
        if (!listener.hostname().isEmpty()) {
            entry.put("hostname", listener.hostname());
        }
        if (listener.tls().isPresent()) {
            String secret = name(listener.owner().name(), "tls");
            entry.putObject("tls").putArray("certificateRefs").addObject().put("name", secret);
            loss("Gateway " + name + ": make the Secret " + secret
                    + " of type kubernetes.io/tls from the certificate and key");
        }
    }

    /** TLS to a Service, where its certificate is checked in a way that a BackendTLSPolicy knows. */
    private void tls(String service, TlsToBackendIr tls) {
        if (!(tls instanceof TlsToBackendIr.Verified verified)
                || !verified.verify()
                || !verified.subjectAltNames().isEmpty()) {
            loss("Service " + service + ": write a BackendTLSPolicy for the cluster's transport_socket");
            return;
        }
        ObjectNode spec = object("gateway.networking.k8s.io/v1", "BackendTLSPolicy", service)
                .putObject("spec");
        spec.putArray("targetRefs")
                .addObject()
                .put("group", "")
                .put("kind", "Service")
                .put("name", service);
        ObjectNode validation = spec.putObject("validation").put("hostname", verified.serverName());
        verified.authoritiesPem()
                .ifPresentOrElse(
                        pem -> authorities(Conversion.name(service, "ca"), pem, validation),
                        () -> validation.put("wellKnownCACertificates", "System"));
    }

    private void authorities(String name, String pem, ObjectNode validation) {
        validation
                .putArray("caCertificateRefs")
                .addObject()
                .put("group", "")
                .put("kind", "ConfigMap")
                .put("name", name);
        object("v1", "ConfigMap", name).putObject("data").put("ca.crt", pem);
    }

    private void service(BackendIr backend) {
        String name = name(backend.id().service());
        ObjectNode spec = object("v1", "Service", name).putObject("spec");
        ObjectNode port = spec.putArray("ports").addObject();
        port.put("name", "http").put("port", backend.id().port());
        if (backend.protocol() == BackendIr.Protocol.HTTP2) {
            port.put("appProtocol", "kubernetes.io/h2c");
        }
        backend.tls().ifPresent(tls -> tls(name, tls));
        ObjectNode slice = object("discovery.k8s.io/v1", "EndpointSlice", name);
        ((ObjectNode) slice.get("metadata")).putObject("labels").put("kubernetes.io/service-name", name);
        boolean addresses = backend.endpoints().stream()
                .allMatch(endpoint -> endpoint.host().matches("[0-9a-fA-F:.]+"));
        slice.put("addressType", addresses ? "IPv4" : "FQDN");
        ArrayNode endpoints = slice.putArray("endpoints");
        int target = backend.id().port();
        for (EndpointIr endpoint : backend.endpoints()) {
            endpoints.addObject().putArray("addresses").add(endpoint.host());
            if (endpoint.port() != target) {
                loss("EndpointSlice " + name + ": the endpoint " + endpoint.host() + " has another port, "
                        + endpoint.port());
            }
        }
        slice.putArray("ports").addObject().put("name", "http").put("port", target);
    }
}
