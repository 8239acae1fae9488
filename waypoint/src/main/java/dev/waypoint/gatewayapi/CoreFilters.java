package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.RouteFilter;
import dev.waypoint.api.RouteFilter.Cors;
import dev.waypoint.api.RouteFilter.ExternalAuth;
import dev.waypoint.api.RouteFilter.Header;
import dev.waypoint.api.RouteFilter.HeaderModifier;
import dev.waypoint.api.RouteFilter.PathModifier;
import dev.waypoint.api.RouteFilter.UrlRewrite;
import java.util.List;
import java.util.Optional;

/** Writes the filters of the core API as configuration of the built-in filters that do their work. */
final class CoreFilters {

    static final String HEADERS = "header-modifier";
    static final String REWRITE = "url-rewrite";
    static final String CORS = "cors";
    static final String AUTH = "ext-authz";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private CoreFilters() {}

    /**
     * A built-in filter with its configuration.
     *
     * @param field the field of the route's filter that it stands for
     */
    record Builtin(String filter, ObjectNode config, String field) {}

    /**
     * The built-in filter for a filter of a rule; empty if it is not one of those, or if the field that belongs to its type is
     * missing.
     *
     * @param prefix what the rule's only match takes, for rewrites of the prefix
     */
    static Optional<Builtin> of(RouteFilter filter, Optional<String> prefix) {
        return switch (filter.type()) {
            case REQUEST_HEADER_MODIFIER ->
                filter.requestHeaderModifier()
                        .map(edit -> new Builtin(HEADERS, headers("request", edit), "requestHeaderModifier"));
            case RESPONSE_HEADER_MODIFIER ->
                filter.responseHeaderModifier()
                        .map(edit -> new Builtin(HEADERS, headers("response", edit), "responseHeaderModifier"));
            case URL_REWRITE ->
                filter.urlRewrite().map(rewrite -> new Builtin(REWRITE, rewrite(rewrite, prefix), "urlRewrite"));
            case CORS -> filter.cors().map(cors -> new Builtin(CORS, cors(cors), "cors"));
            case EXTERNAL_AUTH -> filter.externalAuth().map(auth -> new Builtin(AUTH, auth(auth), "externalAuth"));
            case REQUEST_MIRROR, REQUEST_REDIRECT, EXTENSION_REF -> Optional.empty();
        };
    }

    static ObjectNode headers(String direction, HeaderModifier edit) {
        ObjectNode config = NODES.objectNode();
        ObjectNode changes = config.putObject(direction);
        put(changes, "set", edit.set());
        put(changes, "add", edit.add());
        putTexts(changes, "remove", edit.remove());
        return config;
    }

    private static void put(ObjectNode node, String field, List<Header> headers) {
        if (!headers.isEmpty()) {
            ArrayNode list = node.putArray(field);
            headers.forEach(
                    header -> list.addObject().put("name", header.name()).put("value", header.value()));
        }
    }

    private static void putTexts(ObjectNode node, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(node.putArray(field)::add);
        }
    }

    private static ObjectNode rewrite(UrlRewrite rewrite, Optional<String> prefix) {
        ObjectNode config = NODES.objectNode();
        prefix.ifPresent(matched -> config.put("matchedPrefix", matched));
        rewrite.hostname().ifPresent(hostname -> config.put("hostname", hostname));
        rewrite.path().ifPresent(path -> config.set("path", path(path)));
        return config;
    }

    private static ObjectNode path(PathModifier modifier) {
        ObjectNode path = NODES.objectNode();
        switch (modifier.type()) {
            case REPLACE_FULL_PATH ->
                path.put("type", "ReplaceFullPath")
                        .put("replaceFullPath", modifier.replaceFullPath().orElse("/"));
            case REPLACE_PREFIX_MATCH ->
                path.put("type", "ReplacePrefixMatch")
                        .put("replacePrefixMatch", modifier.replacePrefixMatch().orElse(""));
        }
        return path;
    }

    private static ObjectNode cors(Cors cors) {
        ObjectNode config = NODES.objectNode();
        putTexts(config, "allowOrigins", cors.allowOrigins());
        config.put("allowCredentials", cors.allowCredentials());
        putTexts(config, "allowMethods", cors.allowMethods());
        putTexts(config, "allowHeaders", cors.allowHeaders());
        putTexts(config, "exposeHeaders", cors.exposeHeaders());
        config.put("maxAge", cors.maxAge());
        return config;
    }

    private static ObjectNode auth(ExternalAuth auth) {
        ObjectNode config = NODES.objectNode();
        ObjectNode backend = config.putObject("backendRef");
        backend.put("name", auth.backendRef().name());
        auth.backendRef().namespace().ifPresent(namespace -> backend.put("namespace", namespace));
        auth.backendRef().port().ifPresent(port -> backend.put("port", port));
        config.put("protocol", auth.protocol());
        auth.grpc().ifPresent(grpc -> putTexts(config, "allowedHeaders", grpc.allowedHeaders()));
        auth.http().ifPresent(http -> {
            http.path().ifPresent(path -> config.put("path", path));
            putTexts(config, "allowedHeaders", http.allowedHeaders());
            putTexts(config, "allowedResponseHeaders", http.allowedResponseHeaders());
        });
        auth.forwardBody().ifPresent(body -> config.put("maxBodyBytes", body.maxSize()));
        return config;
    }
}
