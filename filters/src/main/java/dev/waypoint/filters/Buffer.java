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
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;

/**
 * Holds requests until their body is complete, so that slow clients do not occupy the backend. Larger bodies are answered with 413.
 * A request without {@code content-length} gets one, unless it has trailers.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class Buffer implements FilterFactory<Buffer.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "buffer", Placement.in(Stage.TRANSFORM), Config.class, "Holds requests until their whole body has come.");

    /** The configuration. */
    @Doc("A request without `content-length` gets one, unless it has trailers. Larger bodies are answered "
            + "with 413.")
    @Example("{maxBytes: 65536}")
    public record Config(
            @Doc("The most bytes of a body that are held; larger requests are answered with 413.")
            @Range(min = 1, max = 67108864)
            long maxBytes) {}

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(BodyDemand.whole(config.maxBytes()));
    }

    private record Filter(BodyDemand demand) implements StreamFilter {
        @Override
        public BodyDemand requestCeiling() {
            return demand;
        }

        @Override
        public BodyDemand responseCeiling() {
            return BodyDemand.none();
        }

        @Override
        public StreamSession open(Exchange exchange) {
            return new Session(demand);
        }
    }

    private static final class Session implements StreamSession {
        private final BodyDemand demand;
        private boolean headPassed;

        Session(BodyDemand demand) {
            this.demand = demand;
        }

        @Override
        public BodyDemand requestDemand() {
            return demand;
        }

        @Override
        public BodyDemand responseDemand() {
            return BodyDemand.none();
        }

        @Override
        public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
            // The head waits for the body, which is known to be there, so that the length can be told.
            if (end) {
                headPassed = true;
                flow.head(true);
            }
        }

        @Override
        public void onRequestData(HttpData data, boolean end, RequestFlow flow) {
            if (!headPassed) {
                headPassed = true;
                if (end) {
                    flow.current().headers().setLong(HttpHeaderNames.CONTENT_LENGTH, data.length());
                }
                flow.head(false);
            }
            flow.data(data, end);
        }

        @Override
        public void onRequestTrailers(HttpHeaders trailers, RequestFlow flow) {
            if (!headPassed) {
                headPassed = true;
                flow.head(false);
            }
            flow.trailers(trailers);
        }
    }
}
