package com.example.extproc;

import com.google.auto.service.AutoService;
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

/**
 * Edits headers. An ordinary filter: it runs in the proxy's JVM, where configuration names it {@code example-header-edit}, and as
 * a processor, where {@link Processors} serves it.
 */
@AutoService(FilterFactory.class)
@SuppressWarnings("rawtypes") // the service is the factory, whatever it is configured by
public final class HeaderEdit implements FilterFactory<HeaderEdit.Config> {

    /** What a user may write under {@code spec.config}. */
    public record Config(
            @Doc("The value of the x-tag that is added to requests.") @Default("\"processor\"")
            String tag) {}

    @Override
    public FilterKind<Config> kind() {
        return new FilterKind<>(
                "example-header-edit",
                Placement.in(Stage.PROCESS),
                Config.class,
                "Edits headers, and sends /old paths to /new.");
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config.tag());
    }

    private record Filter(String tag) implements HeadersFilter {
        @Override
        public Verdict onRequest(RequestHead request, Exchange exchange) {
            request.headers().set("x-edited", "request");
            request.headers().add("x-tag", tag);
            request.headers().remove("x-internal");
            if (request.path().startsWith("/old/")) {
                request.path("/new/" + request.path().substring("/old/".length()));
                return Verdict.reroute();
            }
            return Verdict.next();
        }

        @Override
        public void onResponse(ResponseHead response, Exchange exchange) {
            response.headers().set("x-edited", "response");
            response.headers().remove("x-powered-by");
        }
    }
}
