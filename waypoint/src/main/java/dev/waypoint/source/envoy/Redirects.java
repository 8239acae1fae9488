package dev.waypoint.source.envoy;

import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.ActionIr.PathRewriteIr;
import dev.waypoint.ir.MatchIr;
import java.util.Optional;

/** Reads a {@code RedirectAction}. */
final class Redirects {

    /** The statuses in the order of the enum's numbers. */
    private enum ResponseCode {
        MOVED_PERMANENTLY(301),
        FOUND(302),
        SEE_OTHER(303),
        TEMPORARY_REDIRECT(307),
        PERMANENT_REDIRECT(308);

        private final int status;

        ResponseCode(int status) {
            this.status = status;
        }
    }

    private Redirects() {}

    static ActionIr read(Message redirect, MatchIr match) {
        redirect.binding();
        Optional<String> scheme =
                redirect.flag("https_redirect", false) ? Optional.of("https") : redirect.text("scheme_redirect");
        long port = redirect.number("port_redirect", 0, 0, 65535);
        ResponseCode code = redirect.choice("response_code", ResponseCode.class, ResponseCode.MOVED_PERMANENTLY);
        return new ActionIr.Redirect(
                scheme,
                redirect.text("host_redirect").filter(host -> !host.isEmpty()),
                port == 0 ? Optional.empty() : Optional.of((int) port),
                path(redirect, match),
                code.status,
                redirect.flag("strip_query", false));
    }

    private static Optional<PathRewriteIr> path(Message redirect, MatchIr match) {
        String kind = redirect.oneOf("path_redirect", "prefix_rewrite", "regex_rewrite")
                .orElse("");
        return switch (kind) {
            case "path_redirect" -> Optional.of(new PathRewriteIr.Full(redirect.string(kind)));
            case "prefix_rewrite" ->
                Optional.of(new PathRewriteIr.Text(match.path().value(), redirect.string(kind)));
            case "regex_rewrite" -> {
                Message rewrite = redirect.child(kind);
                yield Optional.of(new PathRewriteIr.Regex(
                        Matches.regex(rewrite.child("pattern")), rewrite.string("substitution")));
            }
            default -> Optional.empty();
        };
    }
}
