package dev.waypoint.upstream;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.BackendSettingsIr.HealthIr;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamFailure;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks by GET over the same transport that requests take, so with the same TLS and protocol. An endpoint is well if it answers with 200 to
 * 399 in time.
 */
public final class UpstreamProbe implements HealthChecks.Probe {

    private static final int FIRST_WELL = 200;
    private static final int FIRST_ILL = 400;

    private final Upstream upstream;
    private final EventExecutor loop;

    /** Asks on one event loop. */
    public UpstreamProbe(Upstream upstream, EventExecutor loop) {
        this.upstream = upstream;
        this.loop = loop;
    }

    @Override
    public CompletionStage<Boolean> ask(Endpoint endpoint, HealthIr settings) {
        Question question = new Question();
        loop.execute(() -> question.ask(endpoint, settings));
        return question.answer;
    }

    private final class Question implements ResponseEvents {
        private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
        private Upstream.@Nullable Call call;

        void ask(Endpoint endpoint, HealthIr settings) {
            RequestHead head = new RequestHead(
                    "GET",
                    "http",
                    endpoint.address(),
                    settings.path(),
                    HttpHeaders.builder().add("user-agent", "waypoint-health"));
            call = upstream.open(loop, endpoint.target(false), head, true, this);
            loop.schedule(() -> finish(false), settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        }

        private void finish(boolean well) {
            if (answer.complete(well)) {
                Upstream.Call open = call;
                if (open != null) {
                    open.reset(ResetCode.CANCEL);
                }
            }
        }

        @Override
        public void onInformational(ResponseHead head) {
            // The final head counts.
        }

        @Override
        public void onHead(ResponseHead head, boolean end) {
            boolean well = head.status() >= FIRST_WELL && head.status() < FIRST_ILL;
            if (end || !well) {
                finish(well);
            }
        }

        @Override
        public void onData(HttpData data, boolean end) {
            data.close();
            if (end) {
                finish(true);
            }
        }

        @Override
        public void onTrailers(HttpHeaders trailers) {
            finish(true);
        }

        @Override
        public void onFailure(UpstreamFailure failure) {
            answer.complete(false);
        }

        @Override
        public void onWritable() {
            // There is no body.
        }
    }
}
