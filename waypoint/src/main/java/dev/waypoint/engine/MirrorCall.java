package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.plan.CompiledAction.Mirror;
import dev.waypoint.upstream.Endpoint;
import dev.waypoint.upstream.EndpointChoice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A copy of a request. Its answer is dropped, and a slow one is given up rather than waited for. */
final class MirrorCall implements ResponseEvents {

    private final Endpoint endpoint;
    private Upstream.@Nullable Call call;
    private boolean over;

    private MirrorCall(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    static Optional<MirrorCall> open(Mirror mirror, ExchangeRunner exchange, Upstream upstream, boolean end) {
        Optional<Endpoint> chosen = mirror.backend().choose(EndpointChoice.ANY);
        if (chosen.isEmpty() || !mirror.backend().problem().isEmpty()) {
            return Optional.empty();
        }
        MirrorCall mirrored = new MirrorCall(chosen.get());
        mirror.backend().meters().mirrored();
        chosen.get().begin();
        mirrored.call = upstream.open(
                exchange.eventLoop(),
                chosen.get().target(exchange.request().isGrpc()),
                exchange.request().copy(),
                end,
                mirrored);
        return Optional.of(mirrored);
    }

    void data(HttpData data, boolean end) {
        Upstream.Call open = call;
        if (over || open == null) {
            return;
        }
        if (open.isWritable()) {
            open.data(BodyReplay.duplicate(data), end);
        } else {
            cancel();
        }
    }

    void trailers(HttpHeaders trailers) {
        Upstream.Call open = call;
        if (!over && open != null) {
            open.trailers(trailers);
        }
    }

    void cancel() {
        Upstream.Call open = call;
        if (!over && open != null) {
            finish();
            open.reset(ResetCode.CANCEL);
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            endpoint.end();
        }
    }

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onHead(ResponseHead head, boolean end) {
        if (end) {
            finish();
        }
    }

    @Override
    public void onData(HttpData data, boolean end) {
        data.close();
        if (end) {
            finish();
        }
    }

    @Override
    public void onTrailers(HttpHeaders trailers) {
        finish();
    }

    @Override
    public void onFailure(UpstreamFailure failure) {
        finish();
    }

    @Override
    public void onWritable() {}
}
