package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * Lets scripts of other origins call (<a href="https://fetch.spec.whatwg.org/#http-cors-protocol">CORS protocol</a>), with the
 * fields of the Gateway API's CORS filter. Preflight requests are answered here; those of other origins with 403.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class Cors implements FilterFactory<Cors.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "cors",
            Placement.in(Stage.CORS),
            Config.class,
            "Answers CORS preflight requests and lets scripts of the listed origins read responses.");

    private static final ExchangeKey<Grant> GRANT = ExchangeKey.of("cors");
    private static final List<String> ANY = List.of("*");

    /** The configuration. */
    @Doc("Preflight requests are answered here with 200, those of other origins with 403 "
            + "(`cors_origin_denied`). Actual requests are forwarded; CORS headers of the backend are replaced. "
            + "With credentials each `*` is replaced by what the browser asked for. Cause `CORS`.")
    @Example("{allowOrigins: ['https://shop.example', 'https://*.shop.example'], allowMethods: ['GET', 'POST'], "
            + "allowHeaders: ['content-type'], allowCredentials: true, maxAge: 600}")
    public record Config(
            @Doc("The origins: `scheme://host[:port]`, where the host may start with `*`, or `*` for all.")
            @Size(max = 64)
            List<OriginPattern> allowOrigins,

            @Doc("Whether scripts may send cookies and other credentials.") @Default("false")
            boolean allowCredentials,

            @Doc("The methods, or `*`.") @Size(max = 16) List<String> allowMethods,

            @Doc("The request headers, or `*`.") @Size(max = 64)
            List<String> allowHeaders,

            @Doc("The response headers that scripts may read, or `*`.") @Size(max = 64)
            List<String> exposeHeaders,

            @Doc("For how many seconds browsers may remember a preflight.") @Default("5") @Range(min = 0, max = 86400)
            int maxAge) {
        public Config {
            allowOrigins = List.copyOf(allowOrigins);
            allowMethods = List.copyOf(allowMethods);
            allowHeaders = List.copyOf(allowHeaders);
            exposeHeaders = List.copyOf(exposeHeaders);
            allowMethods.forEach(HeaderEdits::checkValue);
            allowHeaders.forEach(HeaderEdits::checkValue);
            exposeHeaders.forEach(HeaderEdits::checkValue);
        }
    }

    /** What an actual request's response will say; the value of the allow-origin header, empty for none. */
    private record Grant(String allowOrigin) {}

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config);
    }

    private static final class Filter implements HeadersFilter {
        private final Config config;
        private final boolean anyOrigin;
        private final String methods;
        private final String headers;
        private final String exposed;
        private final String maxAge;

        Filter(Config config) {
            this.config = config;
            this.anyOrigin = config.allowOrigins.stream().anyMatch(OriginPattern::isAny) && !config.allowCredentials;
            this.methods = String.join(", ", config.allowMethods);
            this.headers = String.join(", ", config.allowHeaders);
            this.exposed = String.join(", ", config.exposeHeaders);
            this.maxAge = Integer.toString(config.maxAge);
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            String origin = head.header(HttpHeaderNames.ORIGIN);
            if (origin.isEmpty()) {
                return Verdict.next();
            }
            boolean allowed = isAllowed(origin);
            if (head.method().equals("OPTIONS")
                    && head.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
                return Verdict.reply(allowed ? preflight(head, origin) : refusal());
            }
            exchange.set(GRANT, new Grant(allowed ? allowOrigin(origin) : ""));
            return Verdict.next();
        }

        private boolean isAllowed(String origin) {
            Optional<OriginPattern.Origin> parsed = OriginPattern.Origin.parse(origin);
            for (OriginPattern pattern : config.allowOrigins) {
                if (pattern.isAny() || (parsed.isPresent() && pattern.matches(parsed.get()))) {
                    return true;
                }
            }
            return false;
        }

        private String allowOrigin(String origin) {
            return anyOrigin ? "*" : origin;
        }

        private LocalReply preflight(RequestHead head, String origin) {
            HttpHeadersBuilder reply = HttpHeaders.builder();
            grant(reply, allowOrigin(origin));
            String method = head.header(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
            String asked = head.header(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
            put(reply, HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, listed(config.allowMethods, methods, method));
            put(reply, HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, listed(config.allowHeaders, headers, asked));
            reply.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, maxAge);
            if (!anyOrigin) {
                reply.set(HttpHeaderNames.VARY, "origin");
            }
            return LocalReply.of(200, ReplyCause.CORS, "cors_preflight").withHeaders(reply.build());
        }

        private static LocalReply refusal() {
            return LocalReply.of(403, "This origin may not call here.\n", ReplyCause.CORS, "cors_origin_denied")
                    .withHeaders(HttpHeaders.of(HttpHeaderNames.VARY, "origin"));
        }

        /** With credentials browsers take a star literally, so what was asked for stands in its place. */
        private String listed(List<String> values, String joined, String asked) {
            return values.equals(ANY) && config.allowCredentials ? asked : joined;
        }

        private void grant(HttpHeadersBuilder to, String allowOrigin) {
            to.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowOrigin);
            if (config.allowCredentials) {
                to.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            }
            // No request names the response headers that it wants, so with credentials a star has nothing to stand for.
            if (!(config.allowCredentials && config.exposeHeaders.equals(ANY))) {
                put(to, HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
            }
        }

        private static void put(HttpHeadersBuilder to, CharSequence name, String value) {
            if (!value.isEmpty()) {
                to.set(name, value);
            }
        }

        @Override
        public void onResponse(ResponseHead head, Exchange exchange) {
            Optional<Grant> grant = exchange.get(GRANT);
            if (grant.isEmpty()) {
                return;
            }
            // The backend's own answer would double ours, or allow an origin that is not allowed here.
            HttpHeadersBuilder to = head.headers();
            to.remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN);
            to.remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS);
            to.remove(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS);
            if (!grant.get().allowOrigin.isEmpty()) {
                grant(to, grant.get().allowOrigin);
            }
            if (!anyOrigin) {
                to.add(HttpHeaderNames.VARY, "origin");
            }
        }
    }
}
