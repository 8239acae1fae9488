package dev.waypoint.transport.armeria;

import dev.waypoint.filter.ConnectionFacts.Http;

/**
 * What a request's line said before Armeria's decoder saw it. Armeria parses, normalises and partly refuses targets and methods, so
 * the guards hand it a harmless line instead and keep the real one here.
 *
 * @param method the method token as received
 * @param target the request target as received, in origin form or {@code *}
 * @param scheme the scheme that the client named, empty if it named none
 * @param authority the authority as received
 * @param upgrade the protocol of an upgrade; empty for none
 * @param version the HTTP version
 * @param streamId the HTTP/2 stream; 0 on HTTP/1
 * @param refusal the status that the request is to be refused with; 0 to serve it
 */
record RawHead(
        String method,
        String target,
        String scheme,
        String authority,
        String upgrade,
        Http version,
        int streamId,
        int refusal) {

    /** A request that breaks the rules and gets nothing but a status. */
    static RawHead refused(String method, Http version, int status) {
        return new RawHead(method, "/", "", "", "", version, 0, status);
    }
}
