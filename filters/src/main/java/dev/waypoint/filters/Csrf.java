package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaderNames;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Size;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses changing requests that a page of another origin makes a browser send. The origin that the browser names
 * ({@code Origin}, else {@code Referer}) must have the request's own host and port, or be listed.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class Csrf implements FilterFactory<Csrf.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "csrf",
            Placement.in(Stage.CORS),
            Config.class,
            "Refuses POST, PUT, PATCH and DELETE requests that come from pages of other origins.");

    private static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH", "DELETE");

    /** The configuration. */
    @Doc("Compared are host and port of the page (`origin`, else `referer`) with those of the request. "
            + "Refusals are 403, cause `CORS`, detail `csrf_origin_missing` or `csrf_origin_mismatch`.")
    @Example("{additionalOrigins: ['https://*.partner.example']}")
    public record Config(
            @Doc("Further origins whose pages may send changing requests.") @Size(max = 64)
            List<OriginPattern> additionalOrigins) {
        public Config {
            additionalOrigins = List.copyOf(additionalOrigins);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config.additionalOrigins());
    }

    private record Filter(List<OriginPattern> additional) implements HeadersFilter {
        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            if (!CHANGING.contains(head.method())) {
                return Verdict.next();
            }
            String named = head.header(HttpHeaderNames.ORIGIN);
            String source = named.isEmpty() || named.equals("null") ? head.header(HttpHeaderNames.REFERER) : named;
            if (source.isEmpty()) {
                return refuse("csrf_origin_missing");
            }
            Optional<OriginPattern.Origin> origin = OriginPattern.Origin.parse(source);
            boolean fine = origin.isPresent() && (isOwn(origin.get(), head) || isListed(origin.get()));
            return fine ? Verdict.next() : refuse("csrf_origin_mismatch");
        }

        /** Compared by host and port alone: behind a TLS terminator the proxy does not know the scheme that the browser used. */
        private static boolean isOwn(OriginPattern.Origin origin, RequestHead head) {
            return OriginPattern.Origin.parse(origin.scheme() + "://" + head.authority())
                    .filter(own -> own.host().equals(origin.host()) && own.port() == origin.port())
                    .isPresent();
        }

        private boolean isListed(OriginPattern.Origin origin) {
            return additional.stream().anyMatch(pattern -> pattern.matches(origin));
        }

        private static Verdict refuse(String detail) {
            return Verdict.reply(LocalReply.of(403, "Invalid origin\n", ReplyCause.CORS, detail));
        }
    }
}
