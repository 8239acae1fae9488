package dev.waypoint.control.wire;

import java.util.Set;

/** The kinds of resources. Their names are part of the wire format. */
final class Kinds {

    /** What is known of a Gateway besides the rest; exactly one, without a name. */
    static final String GATEWAY = "gateway";
    /** The namespaces of callers by their addresses; exactly one, without a name. */
    static final String CALLERS = "callers";
    /** The names of the listeners in their order; exactly one, without a name. */
    static final String LISTENERS = "listeners";
    /** One listener without its routes. */
    static final String LISTENER = "listener";
    /** The host names of a listener. */
    static final String HOSTS = "hosts";
    /** The matches of one host name in their order, each with the name of its rule. */
    static final String HOST = "host";
    /** One rule of a route. */
    static final String RULE = "rule";
    /** A filter that several rules may share: one that a policy or an HttpFilter object configures. */
    static final String FILTER = "filter";
    /** A certificate with its key. */
    static final String CERTIFICATE = "certificate";
    /** The data of a Secret. */
    static final String SECRET = "secret";
    /** The data of a ConfigMap. */
    static final String DATA = "data";
    /** One backend without its endpoints. */
    static final String BACKEND = "backend";
    /** The endpoints of a backend. */
    static final String ENDPOINTS = "endpoints";

    /** Kinds that begin like this may be ignored by a proxy that does not know them. */
    static final String OPTIONAL = "optional-";

    static final Set<String> ALL = Set.of(
            GATEWAY,
            CALLERS,
            LISTENERS,
            LISTENER,
            HOSTS,
            HOST,
            RULE,
            FILTER,
            CERTIFICATE,
            SECRET,
            DATA,
            BACKEND,
            ENDPOINTS);

    private Kinds() {}
}
