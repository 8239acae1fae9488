package dev.waypoint.control.stream;

import java.util.Optional;

/**
 * Who a token belongs to.
 *
 * @param namespace the namespace of the service account
 * @param serviceAccount its name
 * @param pod the pod that the token was made for, if it was made for one
 */
public record ProxyIdentity(String namespace, String serviceAccount, Optional<String> pod) {}
