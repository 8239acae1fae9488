package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;

/** Sets, adds and removes headers with fixed values, as RequestHeaderModifier and ResponseHeaderModifier do. */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class HeaderModifier implements FilterFactory<HeaderModifier.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "header-modifier",
            Placement.in(Stage.TRANSFORM),
            Config.class,
            "Sets, adds and removes request and response headers with fixed values.");

    /** The configuration. */
    @Doc("Removals come first, then sets, then additions. Names and values are fixed; `transform` takes "
            + "values from the exchange. Headers that frame messages (`content-length`, `transfer-encoding`, "
            + "`connection`, …) and the host are kept by the proxy and cannot be edited.")
    @Example("{request: {set: [{name: 'x-env', value: 'test'}], remove: ['x-debug']}, response: {add: [{name: "
            + "'x-served-by', value: 'waypoint'}]}}")
    public record Config(
            @Doc("Edits of the request's headers.") @Default("{}")
            HeaderEdits request,

            @Doc("Edits of the response's headers; local replies are edited too.") @Default("{}")
            HeaderEdits response) {}

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config.request(), config.response());
    }

    private record Filter(HeaderEdits request, HeaderEdits response) implements HeadersFilter {
        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            request.apply(head.headers());
            return Verdict.next();
        }

        @Override
        public void onResponse(ResponseHead head, Exchange exchange) {
            response.apply(head.headers());
        }
    }
}
