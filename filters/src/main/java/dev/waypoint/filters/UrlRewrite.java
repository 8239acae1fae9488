package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Size;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.PathChange;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.util.Optional;

/** Changes host and path of requests on their way to the backend, as the Gateway API's URLRewrite does. */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class UrlRewrite implements FilterFactory<UrlRewrite.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "url-rewrite",
            Placement.in(Stage.TRANSFORM),
            Config.class,
            "Changes the host and the path of requests on their way to the backend.");

    /** The configuration. */
    @Doc("The Gateway API's URLRewrite, and replacement by plain characters or expressions. The query always "
            + "stays. A prefix is matched by path elements, by the path as received or else as it is matched by "
            + "(without dot segments and needless escapes). A request whose path does not have the prefix stays as "
            + "it is.")
    @Example("{hostname: 'cart.internal', path: {type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2'}, "
            + "matchedPrefix: '/cart'}")
    public record Config(
            @Doc("The host that the backend sees, with a port if it should have one.") @Size(min = 1, max = 253)
            Optional<String> hostname,

            @Doc("How the path changes.") Optional<PathRewrite> path,

            @Doc("The prefix that the route is matched by. Filled in for a route's own URLRewrite.") @Default("\"/\"")
            String matchedPrefix) {
        public Config {
            if (hostname.isEmpty() && path.isEmpty()) {
                throw new IllegalArgumentException("nothing is rewritten: expected a hostname or a path");
            }
            hostname.ifPresent(RequestRedirect::checkHost);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config.hostname, config.path.map(path -> path.change(config.matchedPrefix)));
    }

    private record Filter(Optional<String> hostname, Optional<PathChange> path) implements HeadersFilter {
        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            hostname.ifPresent(head::authority);
            path.ifPresent(change -> head.path(change.apply(head.path())));
            return Verdict.next();
        }
    }
}
