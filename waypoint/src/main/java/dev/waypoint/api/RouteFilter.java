package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import java.util.List;
import java.util.Optional;

/** A filter of a rule or of a backendRef, in HTTPRoute and GRPCRoute. The field named like the type holds the configuration. */
public record RouteFilter(
        Type type,
        Optional<HeaderModifier> requestHeaderModifier,
        Optional<HeaderModifier> responseHeaderModifier,
        Optional<Mirror> requestMirror,
        Optional<Redirect> requestRedirect,
        Optional<UrlRewrite> urlRewrite,
        Optional<Cors> cors,
        Optional<ExternalAuth> externalAuth,
        Optional<ObjectRef> extensionRef) {

    /** The type of a filter. */
    public enum Type {
        @Name("RequestHeaderModifier")
        REQUEST_HEADER_MODIFIER,
        @Name("ResponseHeaderModifier")
        RESPONSE_HEADER_MODIFIER,
        @Name("RequestMirror")
        REQUEST_MIRROR,
        @Name("RequestRedirect")
        REQUEST_REDIRECT,
        @Name("URLRewrite")
        URL_REWRITE,
        @Name("CORS")
        CORS,
        @Name("ExternalAuth")
        EXTERNAL_AUTH,
        @Name("ExtensionRef")
        EXTENSION_REF
    }

    /** Changes of headers. */
    public record HeaderModifier(List<Header> set, List<Header> add, List<String> remove) {
        public HeaderModifier {
            set = List.copyOf(set);
            add = List.copyOf(add);
            remove = List.copyOf(remove);
        }
    }

    /** A header. */
    public record Header(String name, String value) {}

    /** A copy of a share of the requests. */
    public record Mirror(
            BackendTarget backendRef,
            @Range(min = 0, max = 100) Optional<Integer> percent,
            Optional<Fraction> fraction) {}

    /** A share. */
    public record Fraction(
            @Range(min = 0) int numerator,
            @Default("100") @Range(min = 1) int denominator) {}

    /** An answer that sends the client elsewhere. */
    public record Redirect(
            Optional<String> scheme,
            Optional<String> hostname,
            Optional<PathModifier> path,
            @Range(min = 1, max = 65535) Optional<Integer> port,
            @Default("302") @Range(min = 301, max = 308) int statusCode) {}

    /** A change of the path. */
    public record PathModifier(
            PathModifierType type, Optional<String> replaceFullPath, Optional<String> replacePrefixMatch) {}

    /** What of a path is changed. */
    public enum PathModifierType {
        @Name("ReplaceFullPath")
        REPLACE_FULL_PATH,
        @Name("ReplacePrefixMatch")
        REPLACE_PREFIX_MATCH
    }

    /** A change of the URL on the way to the backend. */
    public record UrlRewrite(Optional<String> hostname, Optional<PathModifier> path) {}

    /** Cross-origin resource sharing. */
    public record Cors(
            List<String> allowOrigins,
            @Default("false") boolean allowCredentials,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            @Default("5") @Range(min = 1) int maxAge) {
        public Cors {
            allowOrigins = List.copyOf(allowOrigins);
            allowMethods = List.copyOf(allowMethods);
            allowHeaders = List.copyOf(allowHeaders);
            exposeHeaders = List.copyOf(exposeHeaders);
        }
    }

    /** A call to an authorization service; protocol {@code GRPC} or {@code HTTP}. */
    public record ExternalAuth(
            String protocol,
            BackendTarget backendRef,
            Optional<AuthGrpc> grpc,
            Optional<AuthHttp> http,
            Optional<ForwardBody> forwardBody) {}

    /** The gRPC call. */
    public record AuthGrpc(List<String> allowedHeaders) {
        public AuthGrpc {
            allowedHeaders = List.copyOf(allowedHeaders);
        }
    }

    /** The HTTP call. */
    public record AuthHttp(Optional<String> path, List<String> allowedHeaders, List<String> allowedResponseHeaders) {
        public AuthHttp {
            allowedHeaders = List.copyOf(allowedHeaders);
            allowedResponseHeaders = List.copyOf(allowedResponseHeaders);
        }
    }

    /** How much of the body goes to the authorization service, in bytes. */
    public record ForwardBody(int maxSize) {}
}
