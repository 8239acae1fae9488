package dev.waypoint.engine;

import com.google.re2j.Pattern;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.ActionIr.PathRewriteIr;
import dev.waypoint.plan.HostTable;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes the answers of redirecting rules. */
final class Redirects {

    private Redirects() {}

    /**
     * The answer. Port (Gateway API, HTTPRequestRedirectFilter): the one given; else, if a scheme is given, that scheme's own; else
     * the listener's. A port that is its scheme's own is left out.
     */
    static LocalReply reply(ActionIr.Redirect redirect, LiveExchange exchange) {
        String requestScheme = exchange.connection().tls().isPresent() ? "https" : "http";
        String scheme = redirect.scheme().orElse(requestScheme);
        String host = redirect.hostname().orElse(HostTable.hostOf(exchange.request.authority()));
        int port = redirect.port()
                .orElseGet(() -> redirect.scheme().isPresent() ? wellKnown(scheme) : listenerPort(exchange));
        String authority = port == wellKnown(scheme) ? host : host + ":" + port;
        String target = exchange.request.path();
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 || redirect.dropQuery() ? "" : target.substring(mark);
        String location = scheme + "://" + authority + rewrite(redirect.path(), path) + query;
        return new LocalReply(
                redirect.status(),
                HttpHeaders.of(HttpHeaderNames.LOCATION, location),
                HttpData.empty(),
                ReplyCause.REDIRECT,
                "direct_response",
                OptionalInt.empty());
    }

    private static int wellKnown(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private static int listenerPort(LiveExchange exchange) {
        return exchange.listener == null
                ? exchange.connection().local().getPort()
                : exchange.listener.ir().port();
    }

    private static String rewrite(Optional<PathRewriteIr> rewrite, String path) {
        if (rewrite.isEmpty()) {
            return path;
        }
        return switch (rewrite.get()) {
            case PathRewriteIr.Full full -> full.path();
            case PathRewriteIr.Prefix prefix -> replacePrefix(path, prefix.prefix(), prefix.replacement());
            case PathRewriteIr.Text text ->
                path.startsWith(text.prefix())
                        ? text.replacement() + path.substring(text.prefix().length())
                        : path;
            case PathRewriteIr.Regex regex ->
                Pattern.compile(regex.pattern())
                        .matcher(path)
                        .replaceAll(regex.replacement().replace("$", "\\$").replaceAll("\\\\([0-9])", "\\$$1"));
        };
    }

    /** Replaces whole path elements; never makes {@code //}, always begins with a slash (Gateway API, HTTPPathModifier). */
    static String replacePrefix(String path, String prefix, String replacement) {
        String cut = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        if (!path.startsWith(cut)) {
            return path;
        }
        String rest = path.substring(cut.length());
        String base = replacement.endsWith("/") ? replacement.substring(0, replacement.length() - 1) : replacement;
        if (rest.isEmpty()) {
            return base.isEmpty() ? "/" : replacement;
        }
        return base + (rest.startsWith("/") ? rest : "/" + rest);
    }
}
