package dev.waypoint.transport;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.RequestReceiver;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamTarget;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The smallest engine: forwards every request to one target, without routes or filters, and remembers what it saw. */
public final class EchoEngine implements RequestReceiver {

    private final Upstream upstream;
    private volatile UpstreamTarget target;
    private final boolean recording;

    /** What each connection's facts were, request by request. */
    public final List<ConnectionFacts> connections = new CopyOnWriteArrayList<>();

    /** The heads as they came, printed with the upgrade. */
    public final List<String> heads = new CopyOnWriteArrayList<>();

    /** The failures of upstream calls. */
    public final List<UpstreamFailure> failures = new CopyOnWriteArrayList<>();

    /** The resets by clients. */
    public final List<ResetCode> resets = new CopyOnWriteArrayList<>();

    public EchoEngine(Upstream upstream, UpstreamTarget target) {
        this(upstream, target, true);
    }

    /** @param recording whether to remember, which long runs should not */
    public EchoEngine(Upstream upstream, UpstreamTarget target, boolean recording) {
        this.upstream = upstream;
        this.target = target;
        this.recording = recording;
    }

    /** Changes where further requests go. */
    public void target(UpstreamTarget value) {
        target = value;
    }

    @Override
    public RequestEvents onRequest(
            ConnectionFacts connection, EventExecutor loop, RequestHead head, boolean end, Downstream downstream) {
        if (recording) {
            connections.add(connection);
            heads.add(head.toString() + " upgrade=" + head.upgrade());
        }
        Relay relay = new Relay(downstream);
        relay.call = upstream.open(loop, target, head, end, relay.response);
        return relay;
    }

    private final class Relay implements RequestEvents {
        private final Downstream downstream;
        private Upstream.@Nullable Call call;
        private boolean headSent;
        final ResponseEvents response = new Answer();

        Relay(Downstream downstream) {
            this.downstream = downstream;
        }

        private Upstream.Call call() {
            Upstream.Call open = call;
            if (open == null) {
                throw new IllegalStateException("an event came before open() returned");
            }
            return open;
        }

        @Override
        public void onData(HttpData data, boolean end) {
            call().data(data, end);
            if (!end && !call().isWritable()) {
                downstream.pause();
            }
        }

        @Override
        public void onTrailers(HttpHeaders trailers) {
            call().trailers(trailers);
        }

        @Override
        public void onReset(ResetCode code) {
            resets.add(code);
            call().reset(code);
        }

        @Override
        public void onWritable() {
            call().resume();
        }

        private final class Answer implements ResponseEvents {
            @Override
            public void onInformational(ResponseHead head) {
                downstream.informational(head);
            }

            @Override
            public void onHead(ResponseHead head, boolean end) {
                headSent = true;
                downstream.head(head, end);
            }

            @Override
            public void onData(HttpData data, boolean end) {
                downstream.data(data, end);
                if (!end && !downstream.isWritable()) {
                    call().pause();
                }
            }

            @Override
            public void onTrailers(HttpHeaders trailers) {
                downstream.trailers(trailers);
            }

            @Override
            public void onFailure(UpstreamFailure failure) {
                failures.add(failure);
                if (headSent) {
                    downstream.reset(failure.code());
                    return;
                }
                int status = failure.kind().unprocessed() ? 503 : 502;
                downstream.head(
                        new ResponseHead(
                                status,
                                HttpHeaders.builder()
                                        .add("x-failure", failure.kind().name())
                                        .add("content-length", "0")),
                        true);
            }

            @Override
            public void onWritable() {
                downstream.resume();
            }
        }
    }
}
