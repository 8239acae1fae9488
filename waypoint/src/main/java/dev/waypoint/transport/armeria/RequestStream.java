package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregationOptions;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request of the engine, as Armeria's client wants it. It shows a harmless target until it is {@linkplain #reveal() revealed},
 * because the client parses and rewrites targets, or refuses them, before it sends them.
 */
final class RequestStream extends PushStream implements HttpRequest {

    private static final RequestHeaders COVER = RequestHeaders.of(HttpMethod.POST, "/");

    private final UpstreamCall call;
    private final RequestHeaders real;
    private final boolean empty;
    private RequestHeaders shown = COVER;

    RequestStream(UpstreamCall call, RequestHeaders real, boolean empty) {
        super(call.loop());
        this.call = call;
        this.real = real;
        this.empty = empty;
        if (empty) {
            finish();
        }
    }

    /** Shows the real head from now on. */
    void reveal() {
        shown = real;
    }

    /** The call that this belongs to. */
    UpstreamCall call() {
        return call;
    }

    @Override
    public RequestHeaders headers() {
        return shown;
    }

    @Override
    public boolean isEmpty() {
        return empty;
    }

    @Override
    void onSubscribed() {
        call.onConnected();
    }

    @Override
    void onDrained() {
        call.onRequestDrained();
    }

    @Override
    void onDropped(@Nullable Throwable cause) {
        // The response says what happened; data that still comes is released.
    }

    @Override
    public CompletableFuture<AggregatedHttpRequest> aggregate(AggregationOptions options) {
        throw new UnsupportedOperationException("requests are streamed");
    }
}
