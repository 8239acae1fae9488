package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Range;
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
import java.util.OptionalInt;

/** Answers in place of the backend, after all other filters had their say. */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class DirectResponse implements FilterFactory<DirectResponse.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "direct-response",
            new Placement(Stage.PROCESS, Placement.Side.AFTER),
            Config.class,
            "Answers with a fixed status and body in place of the backend.");

    /** The configuration. */
    @Doc("Authentication, limits and all other filters run before it. Cause `DIRECT_RESPONSE`, detail "
            + "`direct_response`.")
    @Example("{status: 503, body: 'Back at six.', headers: [{name: 'retry-after', value: '3600'}]}")
    public record Config(
            @Doc("The status.") @Range(min = 200, max = 599) int status,

            @Doc("The body.") @Default("\"\"") @Size(max = 65536)
            String body,

            @Doc("The type of the body.") @Default("\"text/plain; charset=utf-8\"") @Size(max = 256)
            String contentType,

            @Doc("Further headers.") @Size(max = 64) List<HeaderEdits.Field> headers) {
        public Config {
            headers = List.copyOf(headers);
            HeaderEdits.checkValue(contentType);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        HttpHeadersBuilder headers = HttpHeaders.builder();
        if (!config.body.isEmpty()) {
            headers.set("content-type", config.contentType);
        }
        config.headers.forEach(field -> headers.add(field.name().lower(), field.value()));
        return new Filter(new LocalReply(
                config.status,
                headers.build(),
                config.body,
                ReplyCause.DIRECT_RESPONSE,
                "direct_response",
                OptionalInt.empty()));
    }

    private record Filter(LocalReply reply) implements HeadersFilter {
        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            return Verdict.reply(reply);
        }
    }
}
