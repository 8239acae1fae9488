package dev.waypoint.gatewayapi;

import dev.waypoint.api.RouteFilter;
import dev.waypoint.ir.ActionIr;
import java.util.Optional;

/** Translates redirects. */
final class Redirects {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private Redirects() {}

    /**
     * A redirect. The port is the one that is given; else the usual one of the scheme that is given; else it is left to the
     * listener.
     *
     * @param prefix what the rule's only match takes
     */
    static ActionIr.Redirect of(RouteFilter.Redirect redirect, Optional<String> prefix) {
        Optional<Integer> port =
                redirect.port().or(() -> redirect.scheme().map(scheme -> scheme.equals("https") ? HTTPS : HTTP));
        return new ActionIr.Redirect(
                redirect.scheme(),
                redirect.hostname(),
                port,
                redirect.path().map(path -> path(path, prefix)),
                redirect.statusCode());
    }

    private static ActionIr.PathRewriteIr path(RouteFilter.PathModifier modifier, Optional<String> prefix) {
        return switch (modifier.type()) {
            case REPLACE_FULL_PATH ->
                new ActionIr.PathRewriteIr.Full(modifier.replaceFullPath().orElse("/"));
            case REPLACE_PREFIX_MATCH ->
                new ActionIr.PathRewriteIr.Prefix(
                        prefix.orElse("/"), modifier.replacePrefixMatch().orElse("/"));
        };
    }
}
