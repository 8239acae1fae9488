package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.PathChange;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.RedirectTarget;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Sends clients elsewhere, as the Gateway API's RequestRedirect does. */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class RequestRedirect implements FilterFactory<RequestRedirect.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "request-redirect",
            new Placement(Stage.PROCESS, Placement.Side.AFTER),
            Config.class,
            "Answers with a redirect to another scheme, host, port or path.");

    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    /** The scheme of the new address. */
    public enum Scheme {
        @Name("http")
        HTTP("http"),
        @Name("https")
        HTTPS("https");

        private final String text;

        Scheme(String text) {
            this.text = text;
        }
    }

    /** The configuration. */
    @Doc("The port of the new address is the configured one, else the usual one of the configured scheme, "
            + "else that of the listener; 80 with http and 443 with https are left out. Cause `REDIRECT`, detail "
            + "`request_redirect`.")
    @Example("{scheme: 'https', statusCode: 301}")
    public record Config(
            @Doc("The new scheme; else that of the request.")
            Optional<Scheme> scheme,

            @Doc("The new host; else that of the request.") @Size(min = 1, max = 253)
            Optional<String> hostname,

            @Doc("How the path changes.") Optional<PathRewrite> path,

            @Doc("The new port; else the usual one of the new scheme; else that of the listener.")
            @Range(min = 1, max = 65535)
            OptionalInt port,

            @Doc("The status: 301, 302, 303, 307 or 308.") @Default("302") @Range(min = 301, max = 308)
            int statusCode,

            @Doc("The prefix that the route is matched by. Filled in for a route's own RequestRedirect.")
            @Default("\"/\"")
            String matchedPrefix,

            @Doc("The port of the listener, where it is not the port that the connection came to.")
            @Range(min = 1, max = 65535)
            OptionalInt listenerPort) {
        public Config {
            if (!STATUSES.contains(statusCode)) {
                throw new IllegalArgumentException(
                        "statusCode is " + statusCode + ", expected one of 301, 302, 303, 307, 308");
            }
            hostname.ifPresent(RequestRedirect::checkHost);
        }
    }

    /** Refuses what cannot be a host with an optional port. */
    static void checkHost(String host) {
        if (host.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || "/?#@\\*".indexOf(c) >= 0)) {
            throw new IllegalArgumentException("hostname is '" + host + "', expected a host name");
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config, config.path.map(path -> path.change(config.matchedPrefix)));
    }

    private record Filter(Config config, Optional<PathChange> path) implements HeadersFilter {
        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            LocalReply reply = LocalReply.of(config.statusCode, ReplyCause.REDIRECT, "request_redirect");
            return Verdict.reply(reply.withHeaders(HttpHeaders.of(HttpHeaderNames.LOCATION, location(head, exchange))));
        }

        private String location(RequestHead head, Exchange exchange) {
            String scheme = config.scheme.map(wanted -> wanted.text).orElse(head.scheme());
            String host = config.hostname.orElseGet(() -> RedirectTarget.hostOf(head.authority()));
            String target = path.map(change -> change.apply(head.path())).orElse(head.path());
            return RedirectTarget.location(scheme, host, port(exchange), target);
        }

        private int port(Exchange exchange) {
            if (config.port.isPresent()) {
                return config.port.getAsInt();
            }
            if (config.scheme.isPresent()) {
                return RedirectTarget.usualPort(config.scheme.get().text);
            }
            return config.listenerPort.orElseGet(
                    () -> exchange.connection().local().getPort());
        }
    }
}
