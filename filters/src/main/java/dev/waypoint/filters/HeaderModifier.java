package dev.waypoint.filters;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
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
public final class HeaderModifier implements FilterFactory<HeaderModifier.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "header-modifier",
            Placement.in(Stage.TRANSFORM),
            Config.class,
            "Sets, adds and removes request and response headers with fixed values.");

    /** The configuration. */
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
