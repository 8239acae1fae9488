package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says the configuration of one ext_proc filter as the specifications of an ExtProcProvider and of an ExtProcPolicy. */
final class ProcessorForms {

    private static final int USUAL_HEADERS = 100;
    private static final int USUAL_HEADER_BYTES = 61_440;
    private static final int USUAL_BUFFER = 1_048_576;
    private static final String OBSERVE = "Observe";
    private static final String DUPLEX = "FullDuplexStreamed";
    /** An expression that lists names of headers. */
    private static final Pattern NAMES = Pattern.compile("\\^?\\(?([a-z0-9_-]+(\\|[a-z0-9_-]+)*)\\)?\\$?");

    private ProcessorForms() {}

    /** Why a policy cannot say it with the same behaviour; empty if it can. */
    static Optional<String> reason(ObjectNode config) {
        return processing(config)
                .or(() -> permissions(config.path("permissions")))
                .or(() -> sharing(config.path("sharing")))
                .or(() -> rest(config));
    }

    private static Optional<String> processing(ObjectNode config) {
        JsonNode processing = config.path("processing");
        boolean overrides = config.path("permissions").path("modeOverride").asBoolean();
        if (processing.path("earlyBody").asBoolean()) {
            return Optional.of("a policy sends no body before the headers are answered");
        }
        if (overrides && processing.has("overrideBase")) {
            return Optional.of("the processor overrides the modes of the filter, not those of the route");
        }
        for (String name : List.of("request", "response")) {
            JsonNode direction = processing.path("modes").path(name);
            if (direction.path("body").asText().equals(DUPLEX)
                    && !direction.path("trailers").asText().equals("Send")) {
                return Optional.of("a policy always sends the trailers of full duplex bodies");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> permissions(JsonNode permissions) {
        JsonNode rules = permissions.path("mutationRules");
        boolean listed = rules.path("disallowAll").asBoolean();
        if (!permissions.path("allowedOverrides").isEmpty()) {
            return Optional.of("a provider has no list of allowed modes");
        }
        if (permissions.path("contentLength").asBoolean()) {
            return Optional.of("a provider does not leave content-length to the processor");
        }
        if (permissions.path("routeCache").asText().equals("Clear")) {
            return Optional.of("a provider has routes chosen again only if the processor asks for it");
        }
        if (listed != rules.has("allowExpression") || !isNames(rules, "allowExpression")) {
            return Optional.of("a provider lists by name the only headers that may be changed");
        }
        return isNames(rules, "disallowExpression")
                ? Optional.empty()
                : Optional.of("a provider lists by name the headers that may not be changed");
    }

    private static boolean isNames(JsonNode rules, String field) {
        return !rules.has(field) || NAMES.matcher(rules.path(field).asText()).matches();
    }

    private static Optional<String> sharing(JsonNode sharing) {
        for (String attributes : List.of("requestAttributes", "responseAttributes")) {
            for (var entry : sharing.path(attributes).properties()) {
                if (!entry.getKey().equals(entry.getValue().asText())) {
                    return Optional.of("a policy sends attributes under their own names");
                }
            }
        }
        boolean typed = !sharing.path("readable").path("typed").isEmpty()
                || !sharing.path("writable").path("typed").isEmpty();
        if (typed) {
            return Optional.of("a provider has no namespaces of typed metadata");
        }
        JsonNode shown = sharing.path("shownHeaders");
        return shown.path("show").isEmpty() && shown.path("hide").isEmpty()
                ? Optional.empty()
                : Optional.of("a policy shows all headers");
    }

    private static Optional<String> rest(ObjectNode config) {
        JsonNode failure = config.path("failure");
        if (List.of("0s", "0ms").contains(failure.path("messageTimeout").asText())) {
            return Optional.of("a provider gives the processor at least 1ms");
        }
        if (isObserved(config) && !failure.path("deferredClose").asText("5s").equals("5s")) {
            return Optional.of("a policy closes the streams of observed exchanges after 5s");
        }
        JsonNode buffers = config.path("buffers");
        if (buffers.path("maxHeaders").asInt(USUAL_HEADERS) != USUAL_HEADERS
                || buffers.path("maxHeaderBytes").asInt(USUAL_HEADER_BYTES) != USUAL_HEADER_BYTES) {
            return Optional.of("a policy has no bounds of its own for the headers of a message");
        }
        return Optional.empty();
    }

    private static boolean isObserved(JsonNode config) {
        return config.path("mode").asText().equals(OBSERVE);
    }

    /** The specification of the provider. */
    static ObjectNode provider(ObjectNode config) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        JsonNode provider = config.path("provider");
        String service =
                Conversion.name(provider.path("backendRef").path("name").asText());
        spec.putObject("backendRef")
                .put("name", service)
                .put("port", provider.path("backendRef").path("port").asInt());
        copy(provider, spec, "authority", "maxConcurrentStreams");
        ObjectNode call = spec.putObject("call");
        if (provider.has("initialMetadata")) {
            call.set("headers", provider.path("initialMetadata"));
        }
        copy(provider, call, "startRetries", "maxMessageBytes");
        if (provider.path("tls").has("certificateRef")) {
            call.putObject("clientCertificateRef").put("name", clientSecret(service));
        }
        JsonNode failure = config.path("failure");
        copy(failure, spec, "messageTimeout");
        spec.put("maxMessageTimeout", failure.path("maxMessageTimeout").asText("0s"));
        spec.put("failureMode", failure.path("mode").asText());
        if (failure.has("status")) {
            spec.set("statusOnError", failure.path("status"));
        }
        permissions(config.path("permissions"), spec);
        JsonNode sharing = config.path("sharing");
        names(sharing.path("readable").path("untyped"), spec, "readable");
        names(sharing.path("writable").path("untyped"), spec, "writable");
        return spec;
    }

    /** The Secret with the certificate that is shown to a Service. */
    static String clientSecret(String service) {
        return Conversion.name(service, "client");
    }

    private static void names(JsonNode namespaces, ObjectNode spec, String field) {
        if (!namespaces.isEmpty()) {
            spec.withObject("/metadataNamespaces").set(field, namespaces);
        }
    }

    private static void permissions(JsonNode permissions, ObjectNode spec) {
        if (permissions.path("modeOverride").asBoolean()) {
            spec.put("allowModeOverride", true);
        }
        if (!permissions.path("immediateResponse").asBoolean(true)) {
            spec.put("allowImmediateResponse", false);
        }
        if (permissions.path("routeCache").asText().equals("Retain")) {
            spec.put("allowReroute", false);
        }
        copy(permissions, spec, "profile");
        JsonNode rules = permissions.path("mutationRules");
        ObjectNode out = spec.putObject("mutationRules");
        list(rules, "allowExpression", out, "allow");
        list(rules, "disallowExpression", out, "deny");
        out.put("disallowSystem", rules.path("disallowSystem").asBoolean());
        flag(rules, "allowAllRouting", out, "allowRouting");
        flag(rules, "allowEnvoy", out, "allowEnvoy");
        flag(rules, "disallowIsError", out, "refusalIsError");
    }

    private static void list(JsonNode rules, String from, ObjectNode out, String to) {
        var names = NAMES.matcher(rules.path(from).asText());
        if (names.matches()) {
            for (String name : names.group(1).split("\\|", -1)) {
                out.withArray(to).add(name.toLowerCase(Locale.ROOT));
            }
        }
    }

    private static void flag(JsonNode rules, String from, ObjectNode out, String to) {
        if (rules.path(from).asBoolean()) {
            out.put(to, true);
        }
    }

    /** The specification of the policy, but for targets, provider and priority. */
    static void policy(ObjectNode config, ObjectNode spec) {
        JsonNode modes = config.path("processing").path("modes");
        ObjectNode processing = spec.putObject("processing");
        boolean bodies = config.path("permissions").path("modeOverride").asBoolean();
        for (String name : List.of("request", "response")) {
            JsonNode direction = modes.path(name);
            ObjectNode out = processing.putObject(name);
            out.put("headers", direction.path("headers").asText().equals("Skip") ? "Skip" : "Send");
            out.put("body", direction.path("body").asText());
            out.put("trailers", direction.path("trailers").asText().equals("Send") ? "Send" : "Skip");
            bodies |= !direction.path("body").asText().equals("None");
        }
        if (bodies) {
            buffers(config.path("buffers"), spec);
        }
        for (String name : List.of("request", "response")) {
            JsonNode attributes = config.path("sharing").path(name + "Attributes");
            attributes
                    .fieldNames()
                    .forEachRemaining(each ->
                            spec.withObject("/attributes").withArray(name).add(each));
        }
        if (isObserved(config)) {
            spec.put("mode", OBSERVE);
        }
    }

    private static void buffers(JsonNode buffers, ObjectNode spec) {
        int bytes = buffers.path("maxBytes").asInt(USUAL_BUFFER);
        if (bytes != USUAL_BUFFER) {
            spec.put("maxBufferBytes", bytes);
        }
        int http2 = buffers.path("maxBytesHttp2").asInt(bytes);
        if (http2 != bytes) {
            spec.put("maxBufferBytesHttp2", http2);
        }
    }

    private static void copy(JsonNode from, ObjectNode to, String... fields) {
        for (String field : fields) {
            if (from.has(field)) {
                to.set(field, from.path(field));
            }
        }
    }
}
