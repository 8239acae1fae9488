package dev.waypoint.gatewayapi;

import java.util.List;
import java.util.stream.Stream;

/** The features of the Gateway API that we claim; what is published in statuses and what conformance runs with comes from here. */
public final class SupportedFeatures {

    /** For GatewayClasses, sorted by name. */
    public static final List<String> GATEWAY = Stream.of(
                    "Gateway",
                    "GatewayAddressEmpty",
                    "GatewayBackendClientCertificate",
                    "GatewayFrontendClientCertificateValidation",
                    "GatewayFrontendClientCertificateValidationInsecureFallback",
                    "GatewayHTTPListenerIsolation",
                    "GatewayHTTPSListenerDetectMisdirectedRequests",
                    "GatewayInfrastructurePropagation",
                    "GatewayPort8080",
                    "GatewayStaticAddresses",
                    "ListenerSet",
                    "GRPCRoute",
                    "GRPCRouteNamedRouteRule",
                    "HTTPRoute",
                    "HTTPRoute303RedirectStatusCode",
                    "HTTPRoute307RedirectStatusCode",
                    "HTTPRoute308RedirectStatusCode",
                    "HTTPRouteBackendProtocolH2C",
                    "HTTPRouteBackendProtocolWebSocket",
                    "HTTPRouteBackendRequestHeaderModification",
                    "HTTPRouteBackendTimeout",
                    "HTTPRouteCORS",
                    "HTTPRouteDestinationPortMatching",
                    "HTTPRouteHostRewrite",
                    "HTTPRouteMethodMatching",
                    "HTTPRouteNamedRouteRule",
                    "HTTPRouteParentRefPort",
                    "HTTPRoutePathRedirect",
                    "HTTPRoutePathRewrite",
                    "HTTPRoutePortRedirect",
                    "HTTPRouteQueryParamMatching",
                    "HTTPRouteRequestMirror",
                    "HTTPRouteRequestMultipleMirrors",
                    "HTTPRouteRequestPercentageMirror",
                    "HTTPRouteRequestTimeout",
                    "HTTPRouteResponseHeaderModification",
                    "HTTPRouteRetry",
                    "HTTPRouteRetryBackendTimeout",
                    "HTTPRouteRetryConnectionError",
                    "HTTPRouteSchemeRedirect",
                    "BackendTLSPolicy",
                    "BackendTLSPolicySANValidation",
                    "ReferenceGrant")
            .sorted()
            .toList();

    /** For meshes, sorted by name. */
    public static final List<String> MESH = Stream.of(
                    "Mesh",
                    "MeshClusterIPMatching",
                    "MeshConsumerRoute",
                    "MeshHTTPRouteBackendRequestHeaderModification",
                    "MeshHTTPRouteNamedRouteRule",
                    "MeshHTTPRouteQueryParamMatching",
                    "MeshHTTPRouteRedirectPath",
                    "MeshHTTPRouteRedirectPort",
                    "MeshHTTPRouteRewritePath",
                    "MeshHTTPRouteSchemeRedirect",
                    "GRPCRoute",
                    "HTTPRoute",
                    "HTTPRoute303RedirectStatusCode",
                    "HTTPRoute307RedirectStatusCode",
                    "HTTPRoute308RedirectStatusCode",
                    "HTTPRouteParentRefPort",
                    "HTTPRouteResponseHeaderModification")
            .sorted()
            .toList();

    private SupportedFeatures() {}
}
