package dev.waypoint.filters.envoy;

import com.google.auto.service.AutoService;
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
import dev.waypoint.filters.envoy.EnvoyHeaders.Config;
import dev.waypoint.filters.envoy.Substitution.Subject;
import java.util.List;
import java.util.Optional;

/** Header edits of Envoy's routes and of its header mutation filter, with their commands. */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class EnvoyHeaders implements FilterFactory<Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "envoy-headers",
            Placement.in(Stage.DISPATCH),
            Config.class,
            "Edits heads as routes of Envoy do, with values such as %REQ(:path)%.");

    /**
     * The edits.
     *
     * @param request those of requests, in order
     * @param response those of responses, replies of other filters included, in order
     */
    public record Config(
            @Doc("Edits of requests, in order.") List<HeaderEdit> request,

            @Doc("Edits of responses, those of other filters included, in order.")
            List<HeaderEdit> response) {
        public Config {
            request = List.copyOf(request);
            response = List.copyOf(response);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Edits(config);
    }

    /** Makes the edits. */
    private static final class Edits implements HeadersFilter {

        private final List<HeaderEdit.Compiled> request;
        private final List<HeaderEdit.Compiled> response;

        Edits(Config config) {
            request = config.request.stream().map(HeaderEdit.Compiled::new).toList();
            response = config.response.stream().map(HeaderEdit.Compiled::new).toList();
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            if (!request.isEmpty()) {
                Subject subject = new Subject(exchange, head, Optional.empty());
                for (HeaderEdit.Compiled edit : request) {
                    edit(head, edit, subject);
                }
            }
            return Verdict.next();
        }

        private static void edit(RequestHead head, HeaderEdit.Compiled edit, Subject subject) {
            String text = edit.edit().name().startsWith(":") ? edit.text(subject) : "";
            switch (edit.edit().name()) {
                case ":path" -> head.path(text);
                case ":authority" -> head.authority(text);
                case ":method" -> head.method(text);
                case ":scheme" -> head.scheme(text);
                default -> edit.apply(head.headers(), subject);
            }
        }

        @Override
        public void onResponse(ResponseHead head, Exchange exchange) {
            if (response.isEmpty()) {
                return;
            }
            Subject subject = new Subject(exchange, exchange.request(), Optional.of(head));
            for (HeaderEdit.Compiled edit : response) {
                edit.apply(head.headers(), subject);
            }
        }
    }
}
