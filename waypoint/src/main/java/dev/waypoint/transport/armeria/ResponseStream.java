package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.AggregationOptions;
import com.linecorp.armeria.common.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the engine answers, as Armeria's server wants it. */
final class ResponseStream extends PushStream implements HttpResponse {

    private final DownstreamExchange exchange;

    ResponseStream(DownstreamExchange exchange) {
        super(exchange.loop());
        this.exchange = exchange;
    }

    @Override
    void onDrained() {
        exchange.onResponseDrained();
    }

    @Override
    void onDone() {
        exchange.onResponseDone();
    }

    @Override
    void onDropped(@Nullable Throwable cause) {
        exchange.onGone();
    }

    /** Errors are dealt with here already; Armeria would wrap the stream to look for them. */
    @Override
    public HttpResponse recover(Function<? super Throwable, ? extends HttpResponse> function) {
        return this;
    }

    @Override
    public CompletableFuture<AggregatedHttpResponse> aggregate(AggregationOptions options) {
        throw new UnsupportedOperationException("responses are streamed");
    }
}
