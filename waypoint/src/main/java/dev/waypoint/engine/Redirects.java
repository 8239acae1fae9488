package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.RedirectTarget;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.plan.CompiledAction;
import dev.waypoint.plan.HostTable;
import java.util.OptionalInt;

/** Makes the answers of redirecting rules. */
final class Redirects {

    private Redirects() {}

    /**
     * The answer. Port (Gateway API, HTTPRequestRedirectFilter): the one given; else, if a scheme is given, that scheme's own; else
     * the listener's.
     */
    static LocalReply reply(CompiledAction.Redirect action, LiveExchange exchange) {
        ActionIr.Redirect redirect = action.ir();
        String requestScheme = exchange.connection().tls().isPresent() ? "https" : "http";
        String scheme = redirect.scheme().orElse(requestScheme);
        String host = redirect.hostname().orElse(HostTable.hostOf(exchange.request.authority()));
        int port = redirect.port()
                .orElseGet(() ->
                        redirect.scheme().isPresent() ? RedirectTarget.usualPort(scheme) : listenerPort(exchange));
        String path = exchange.request.path();
        String target = action.path().map(change -> change.apply(path)).orElse(path);
        int mark = target.indexOf('?');
        String shown = mark >= 0 && redirect.dropQuery() ? target.substring(0, mark) : target;
        return new LocalReply(
                redirect.status(),
                HttpHeaders.of(HttpHeaderNames.LOCATION, RedirectTarget.location(scheme, host, port, shown)),
                HttpData.empty(),
                ReplyCause.REDIRECT,
                "direct_response",
                OptionalInt.empty());
    }

    private static int listenerPort(LiveExchange exchange) {
        return exchange.listener == null
                ? exchange.connection().local().getPort()
                : exchange.listener.ir().port();
    }
}
