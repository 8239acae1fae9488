package dev.waypoint.engine;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamedReply;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.ResetCode;
import dev.waypoint.observe.ExchangeObserver;
import dev.waypoint.plan.CompiledAction;
import dev.waypoint.plan.CompiledChain;
import dev.waypoint.plan.CompiledRoute;
import dev.waypoint.plan.CompiledRule;
import dev.waypoint.plan.HostTable;
import dev.waypoint.plan.PortPlan;
import dev.waypoint.plan.RouteTable;
import dev.waypoint.plan.RoutingSnapshot;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Runs one exchange: finds its listener and route, leads it through the filters, dispatches it, brings the response back, and ends
 * exactly once. See {@code docs/life-of-a-request.md}.
 */
final class ExchangeRunner extends LiveExchange implements RequestEvents {

    /** Reasons to stop a source; stages have bits of their own above these. */
    static final int HELD = 1;

    static final int PEER_FULL = 2;
    private static final int FIRST_STAGE_BIT = 2;

    /** How far the request came. */
    private enum Phase {
        ROUTING,
        CHOOSING,
        DISPATCHING
    }

    private final Downstream downstream;
    private final EngineParts parts;
    private final ExchangeTimers timers;
    private Phase phase = Phase.ROUTING;
    private @Nullable ChainRunner chain;
    private @Nullable Dispatch dispatch;
    private CompiledAction.@Nullable WeightedTarget target;
    private boolean requestEnded;
    private boolean replied;
    private boolean responseStarted;
    private boolean headSent;
    private boolean over;
    private int requestPauses;
    private int responsePauses;

    ExchangeRunner(
            EngineParts parts,
            RoutingSnapshot snapshot,
            Arrival arrival,
            TimerWheel wheel,
            RequestHead request,
            Downstream downstream) {
        super(snapshot, arrival.connection(), arrival.loop(), request, arrival.client());
        this.parts = parts;
        this.downstream = downstream;
        this.timers = new ExchangeTimers(this, wheel);
    }

    /** How a request came. */
    record Arrival(ConnectionFacts connection, EventExecutor loop, Client client) {}

    static int stageBit(int index) {
        return 1 << (FIRST_STAGE_BIT + Math.min(index, 31 - FIRST_STAGE_BIT - 1));
    }

    // ---- the request's way ----

    void start(@Nullable PortPlan port, boolean end) {
        requestEnded = end;
        parts.observer().onStart();
        RouteSelection.Choice choice = RouteSelection.listener(port, this);
        if (choice.reply() != null) {
            reply(choice.reply());
            return;
        }
        listener = choice.listener();
        timers.start();
        extend(listener == null ? CompiledChain.EMPTY : listener.preRouting(), end);
    }

    /** The head is behind all filters that are known so far. */
    void requestPassed(boolean end) {
        if (replied || over) {
            return;
        }
        switch (phase) {
            case ROUTING -> {
                CompiledRule matched = match();
                if (matched == null) {
                    reply(LocalReplies.notFound());
                    return;
                }
                rule = matched;
                timers.routed(matched);
                phase = Phase.CHOOSING;
                extend(matched.chain(), end);
            }
            case CHOOSING -> choose(end);
            case DISPATCHING -> act(end);
        }
    }

    private void extend(CompiledChain next, boolean end) {
        ChainRunner runner = chain;
        if (runner == null && next.size() > 0) {
            runner = new ChainRunner(this, next);
            chain = runner;
            runner.request().advance(0, end);
        } else if (runner != null && next.size() > runner.chain().size()) {
            int passed = runner.chain().size();
            runner.change(next);
            runner.request().advance(passed, end);
        } else {
            requestPassed(end);
        }
    }

    private @Nullable CompiledRule match() {
        RouteTable table = listener == null
                ? null
                : listener.hosts().find(HostTable.hostOf(request.authority())).orElse(null);
        CompiledRoute route = table == null ? null : table.find(request);
        return route == null ? null : route.rule();
    }

    private void choose(boolean end) {
        CompiledRule matched = requireNonNull(rule);
        if (matched.action() instanceof CompiledAction.Forward forward) {
            RouteSelection.Target chosen = RouteSelection.target(matched, forward, request);
            if (chosen.reply() != null) {
                reply(chosen.reply());
                return;
            }
            target = chosen.target();
            target.backend().ifPresent(known -> backend = known.id());
            phase = Phase.DISPATCHING;
            CompiledChain passed = chain == null ? CompiledChain.EMPTY : chain.chain();
            extend(passed.followedBy(target.filters()), end);
        } else {
            phase = Phase.DISPATCHING;
            requestPassed(end);
        }
    }

    private void act(boolean end) {
        CompiledRule matched = requireNonNull(rule);
        switch (matched.action()) {
            case CompiledAction.Forward forward -> {
                Dispatch started = new Dispatch(this, parts.upstream(), matched, forward, requireNonNull(target));
                dispatch = started;
                started.begin(end);
            }
            case CompiledAction.Redirect redirect -> reply(Redirects.reply(redirect.ir(), this));
            case CompiledAction.DirectReply reply -> reply(LocalReplies.direct(reply.ir()));
            case CompiledAction.NotFound notFound -> reply(LocalReplies.notFound());
            case CompiledAction.Broken broken -> reply(LocalReplies.broken(broken.message()));
        }
    }

    /** Matches the route again for the filter at the index, which has not let the head go yet. */
    void reroute(ChainRunner runner, int index) {
        if (phase == Phase.ROUTING || replied) {
            return;
        }
        CompiledRule matched = match();
        if (matched == null) {
            reply(LocalReplies.notFound());
        } else if (matched != rule) {
            rule = matched;
            phase = Phase.CHOOSING;
            timers.routed(matched);
            runner.change(matched.chain().after(runner.chain(), index + 1));
        }
    }

    @Override
    public void onData(HttpData data, boolean end) {
        requestEnded |= end;
        if (over) {
            data.close();
            return;
        }
        requestBytes += data.length();
        timers.touch();
        ChainRunner runner = chain;
        if (runner == null) {
            upstreamData(data, end);
        } else {
            runner.request().deliver(0, data, end);
        }
    }

    @Override
    public void onTrailers(HttpHeaders trailers) {
        requestEnded = true;
        if (over) {
            return;
        }
        timers.touch();
        ChainRunner runner = chain;
        if (runner == null) {
            upstreamTrailers(trailers);
        } else {
            runner.request().deliver(0, trailers);
        }
    }

    void upstreamData(HttpData data, boolean end) {
        Dispatch started = dispatch;
        if (started == null || replied) {
            data.close();
        } else {
            started.data(data, end);
        }
    }

    void upstreamTrailers(HttpHeaders trailers) {
        Dispatch started = dispatch;
        if (started != null && !replied) {
            started.trailers(trailers);
        }
    }

    boolean isRequestEnded() {
        return requestEnded;
    }

    // ---- the response's way ----

    void informational(ResponseHead head) {
        if (!headSent
                && !over
                && (listener == null || listener.ir().settings().http().informational())) {
            downstream.informational(head);
        }
    }

    /** The upstream's head, or that of a local reply. */
    void respond(ResponseHead head, boolean end) {
        response = head;
        responseStarted = true;
        timers.touch();
        ChainRunner runner = chain;
        if (runner == null) {
            downstreamHead(end);
        } else {
            runner.response().advance(0, end);
        }
    }

    void respondData(HttpData data, boolean end) {
        if (over) {
            data.close();
            return;
        }
        timers.touch();
        ChainRunner runner = chain;
        if (runner == null) {
            downstreamData(data, end);
        } else {
            runner.response().deliver(0, data, end);
        }
    }

    void respondTrailers(HttpHeaders trailers) {
        if (over) {
            return;
        }
        ChainRunner runner = chain;
        if (runner == null) {
            downstreamTrailers(trailers);
        } else {
            runner.response().deliver(0, trailers);
        }
    }

    ResponseHead currentResponse() {
        return requireNonNull(response, "no response yet");
    }

    ResponseHead copyOfResponse() {
        ResponseHead head = currentResponse();
        return new ResponseHead(
                head.status(), head.headers().build().toBuilder(), head.cause().orElse(null));
    }

    void downstreamHead(boolean end) {
        if (headSent || over) {
            return;
        }
        headSent = true;
        ResponseHead head = currentResponse();
        sentStatus = head.status();
        if (request.isGrpc()) {
            noteGrpcStatus(head.headers().get("grpc-status"));
        }
        downstream.head(head, end);
        if (end) {
            finish();
        }
    }

    void downstreamData(HttpData data, boolean end) {
        if (over) {
            data.close();
            return;
        }
        responseBytes += data.length();
        downstream.data(data, end);
        if (end) {
            finish();
        } else if (!downstream.isWritable()) {
            pauseResponse(PEER_FULL);
        }
    }

    void downstreamTrailers(HttpHeaders trailers) {
        if (!over) {
            if (request.isGrpc()) {
                noteGrpcStatus(trailers.get("grpc-status"));
            }
            downstream.trailers(trailers);
            finish();
        }
    }

    private void noteGrpcStatus(@Nullable String value) {
        if (value != null && !value.isEmpty() && value.length() <= 2 && Character.isDigit(value.charAt(0))) {
            grpcStatus = Integer.parseInt(value);
        }
    }

    @Override
    public void onWritable() {
        if (!over) {
            resumeResponse(PEER_FULL);
            if (chain != null) {
                chain.response().writable();
            }
        }
    }

    // ---- answers of our own ----

    /** Answers in place of the upstream; all filters see the answer. */
    void reply(LocalReply reply) {
        if (over || responseStarted) {
            replaceResponse(reply);
            return;
        }
        replied = true;
        cause = reply.cause();
        detail = reply.detail();
        cancelDispatch(ResetCode.CANCEL);
        LocalReplies.Rendered rendered = LocalReplies.render(reply, request);
        boolean bodyless = rendered.body().isEmpty();
        respond(rendered.head(), bodyless);
        if (!bodyless) {
            respondData(rendered.body(), true);
        }
    }

    /** Begins an answer whose body comes later. */
    StreamedReply streamReply(ResponseHead head, boolean end) {
        if (over || responseStarted) {
            abort(ResetCode.INTERNAL_ERROR, ReplyCause.FILTER, "streamed_reply_too_late");
        } else {
            replied = true;
            cause = head.cause().orElse(ReplyCause.FILTER);
            cancelDispatch(ResetCode.CANCEL);
            respond(head, end);
        }
        return new StreamedReply() {
            @Override
            public void data(HttpData data, boolean last) {
                respondData(data, last);
            }

            @Override
            public void trailers(HttpHeaders trailers) {
                respondTrailers(trailers);
            }

            @Override
            public void abort() {
                ExchangeRunner.this.abort(ResetCode.INTERNAL_ERROR, ReplyCause.FILTER, "streamed_reply_aborted");
            }
        };
    }

    /** Answers in place of a response that is on its way: straight to the client, or by a reset if the head is out already. */
    void replaceResponse(LocalReply reply) {
        if (over) {
            return;
        }
        cause = reply.cause();
        detail = reply.detail();
        if (headSent) {
            abort(ResetCode.INTERNAL_ERROR, reply.cause(), reply.detail());
            return;
        }
        replied = true;
        responseStarted = true;
        cancelDispatch(ResetCode.CANCEL);
        LocalReplies.Rendered rendered = LocalReplies.render(reply, request);
        response = rendered.head();
        downstreamHead(rendered.body().isEmpty());
        if (!rendered.body().isEmpty()) {
            downstreamData(rendered.body(), true);
        }
    }

    /** Breaks the exchange off. */
    void abort(ResetCode code, ReplyCause why, String what) {
        if (!over) {
            cause = why;
            detail = what;
            downstream.reset(code);
            finish();
        }
    }

    @Override
    public void onReset(ResetCode code) {
        if (!over) {
            cause = ReplyCause.CLIENT_GONE;
            detail = "downstream_reset";
            finish();
        }
    }

    boolean hasReplied() {
        return replied;
    }

    boolean isHeadSent() {
        return headSent;
    }

    boolean isResponseStarted() {
        return responseStarted;
    }

    // ---- slowing down ----

    void pauseRequest(int reason) {
        if (requestPauses == 0) {
            downstream.pause();
        }
        requestPauses |= reason;
    }

    void resumeRequest(int reason) {
        if (requestPauses != 0) {
            requestPauses &= ~reason;
            if (requestPauses == 0) {
                downstream.resume();
            }
        }
    }

    void pauseResponse(int reason) {
        if (responsePauses == 0 && dispatch != null) {
            dispatch.pause();
        }
        responsePauses |= reason;
    }

    void resumeResponse(int reason) {
        if (responsePauses != 0) {
            responsePauses &= ~reason;
            if (responsePauses == 0 && dispatch != null) {
                dispatch.resume();
            }
        }
    }

    boolean isResponsePaused() {
        return responsePauses != 0;
    }

    boolean isRequestWritable() {
        return (requestPauses & (HELD | PEER_FULL)) == 0;
    }

    boolean isResponseWritable() {
        return downstream.isWritable();
    }

    /** The upstream takes more again. */
    void upstreamWritable() {
        resumeRequest(PEER_FULL);
        if (chain != null) {
            chain.request().writable();
        }
    }

    boolean isSkipped(int index) {
        return chain != null && chain.isSkipped(index);
    }

    // ---- time and end ----

    @Override
    void onTimer(long nowNanos) {
        timers.fired(nowNanos);
    }

    ExchangeTimers timers() {
        return timers;
    }

    @Nullable
    Dispatch dispatch() {
        return dispatch;
    }

    boolean isOver() {
        return over;
    }

    private void cancelDispatch(ResetCode code) {
        Dispatch started = dispatch;
        if (started != null) {
            started.cancel(code);
        }
    }

    private void finish() {
        over = true;
        endNanos = System.nanoTime();
        timers.stop();
        cancelDispatch(cause == ReplyCause.CLIENT_GONE ? ResetCode.CANCEL : ResetCode.NO_ERROR);
        if (chain != null) {
            chain.end();
        }
        ExchangeObserver observer = parts.observer();
        observer.onEnd(this);
        snapshot.leave();
    }
}
