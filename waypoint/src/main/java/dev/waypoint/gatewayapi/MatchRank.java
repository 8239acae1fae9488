package dev.waypoint.gatewayapi;

/**
 * How specific a match is, apart from its host.
 *
 * @param path the kind of path condition
 * @param length characters of the path; of the service for gRPC
 * @param detail characters of the method for gRPC; else 0
 * @param method whether an HTTP method is asked for
 * @param headers the number of header conditions
 * @param query the number of query conditions
 */
record MatchRank(PathClass path, int length, int detail, boolean method, int headers, int query) {

    /** The kinds of path conditions, the least specific first. Where regular expressions stand is our choice. */
    enum PathClass {
        PREFIX,
        REGEX,
        EXACT
    }
}
