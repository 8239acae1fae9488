package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Range;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;

/**
 * Refuses large request bodies with 413, without buffering: by {@code content-length} before the request goes on, else as soon
 * as too much has come. If the response has started by then, the exchange is reset.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class RequestSize implements FilterFactory<RequestSize.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "request-size", Placement.in(Stage.SHIELD), Config.class, "Refuses requests whose body is too large.");

    /** The configuration. */
    @Doc("Nothing is held: a body of announced length is refused before the request goes on, another one as "
            + "soon as too much has come (if the response has started by then, the exchange is reset). 413, cause "
            + "`BODY_TOO_LARGE`, detail `request_body_too_large`.")
    @Example("{maxBytes: 1048576}")
    public record Config(
            @Doc("The most bytes that a body may have.") @Range(min = 0)
            long maxBytes) {}

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config.maxBytes());
    }

    private record Filter(long maxBytes) implements StreamFilter {
        @Override
        public BodyDemand requestCeiling() {
            return BodyDemand.chunks();
        }

        @Override
        public BodyDemand responseCeiling() {
            return BodyDemand.none();
        }

        @Override
        public StreamSession open(Exchange exchange) {
            return new Session(maxBytes, exchange.request().headers().getLong(HttpHeaderNames.CONTENT_LENGTH, -1));
        }
    }

    private static final class Session implements StreamSession {
        private final long maxBytes;
        private final long announced;
        private long seen;
        private boolean refused;

        Session(long maxBytes, long announced) {
            this.maxBytes = maxBytes;
            this.announced = announced;
        }

        /** A body of announced length cannot exceed it: the codecs see to that. */
        @Override
        public BodyDemand requestDemand() {
            return announced >= 0 ? BodyDemand.none() : BodyDemand.chunks();
        }

        @Override
        public BodyDemand responseDemand() {
            return BodyDemand.none();
        }

        @Override
        public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
            if (announced > maxBytes) {
                refuse(flow);
            } else {
                flow.head(end);
            }
        }

        @Override
        public void onRequestData(HttpData data, boolean end, RequestFlow flow) {
            seen += data.length();
            if (refused || seen > maxBytes) {
                data.close();
                refuse(flow);
            } else {
                flow.data(data, end);
            }
        }

        @Override
        public void onRequestTrailers(HttpHeaders trailers, RequestFlow flow) {
            if (!refused) {
                flow.trailers(trailers);
            }
        }

        private void refuse(RequestFlow flow) {
            if (!refused) {
                refused = true;
                flow.reply(
                        LocalReply.of(413, "Payload Too Large\n", ReplyCause.BODY_TOO_LARGE, "request_body_too_large"));
            }
        }
    }
}
