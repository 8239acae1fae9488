package dev.waypoint.gatewayapi;

/** Types and reasons of conditions, spelled as in the Gateway API. */
final class Reasons {
    static final String ACCEPTED = "Accepted";
    static final String PROGRAMMED = "Programmed";
    static final String RESOLVED_REFS = "ResolvedRefs";
    static final String CONFLICTED = "Conflicted";
    static final String NO_CONFLICTS = "NoConflicts";
    static final String INVALID = "Invalid";
    static final String INVALID_PARAMETERS = "InvalidParameters";
    static final String UNSUPPORTED_ADDRESS = "UnsupportedAddress";
    static final String ADDRESS_NOT_USABLE = "AddressNotUsable";
    static final String LISTENERS_NOT_VALID = "ListenersNotValid";
    static final String LISTENERS_NOT_RESOLVED = "ListenersNotResolved";
    static final String UNSUPPORTED_PROTOCOL = "UnsupportedProtocol";
    static final String UNSUPPORTED_VALUE = "UnsupportedValue";
    static final String HOSTNAME_CONFLICT = "HostnameConflict";
    static final String PROTOCOL_CONFLICT = "ProtocolConflict";
    static final String INVALID_CERTIFICATE_REF = "InvalidCertificateRef";
    static final String INVALID_CLIENT_CERTIFICATE_REF = "InvalidClientCertificateRef";
    static final String INVALID_ROUTE_KINDS = "InvalidRouteKinds";
    static final String INVALID_CA_CERTIFICATE_REF = "InvalidCACertificateRef";
    static final String INVALID_CA_CERTIFICATE_KIND = "InvalidCACertificateKind";
    static final String NO_VALID_CA_CERTIFICATE = "NoValidCACertificate";
    static final String REF_NOT_PERMITTED = "RefNotPermitted";
    static final String OVERLAPPING_TLS = "OverlappingTLSConfig";
    static final String OVERLAPPING_HOSTNAMES = "OverlappingHostnames";
    static final String INSECURE_FRONTEND = "InsecureFrontendValidationMode";
    static final String CONFIGURATION_CHANGED = "ConfigurationChanged";
    static final String NOT_ALLOWED = "NotAllowed";
    static final String PARENT_NOT_ACCEPTED = "ParentNotAccepted";
    static final String PARENT_NOT_PROGRAMMED = "ParentNotProgrammed";
    static final String NO_MATCHING_PARENT = "NoMatchingParent";
    static final String NO_MATCHING_LISTENER_HOSTNAME = "NoMatchingListenerHostname";
    static final String NOT_ALLOWED_BY_LISTENERS = "NotAllowedByListeners";
    static final String UNSUPPORTED_PARENT = "UnsupportedParent";
    static final String INCOMPATIBLE_FILTERS = "IncompatibleFilters";
    static final String PARTIALLY_INVALID = "PartiallyInvalid";
    static final String INVALID_KIND = "InvalidKind";
    static final String BACKEND_NOT_FOUND = "BackendNotFound";
    static final String TARGET_NOT_FOUND = "TargetNotFound";
    static final String OVERRIDDEN = "Overridden";
    static final String PARTIALLY_PROGRAMMED = "PartiallyProgrammed";
    static final String PORTS_NOT_SERVED = "waypoint.dev/PortsNotServed";

    private Reasons() {}
}
