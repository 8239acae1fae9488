package dev.waypoint.engine;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
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
import dev.waypoint.upstream.Backend;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Runs one exchange: finds its listener and route, leads it through the filters, dispatches it, brings the response back, and ends
 * exactly once. See {@code docs/life-of-a-request.md}.
 */
final class ExchangeRunner extends LiveExchange implements RequestEvents {

    /** How far the request came. */
    private enum Phase {
        ROUTING,
        CHOOSING,
        DISPATCHING
    }

    private final Downstream downstream;
    private final EngineParts parts;
    private final ExchangeTimers timers;
    private final BackPressure pressure;
    private final ResponseSide answer;
    private Phase phase = Phase.ROUTING;
    private @Nullable ChainRunner chain;
    private @Nullable Dispatch dispatch;
    private CompiledAction.@Nullable WeightedTarget target;
    private @Nullable SessionSeat seat;
    private boolean requestEnded;
    private boolean over;

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
        this.pressure = new BackPressure(this, downstream);
        this.answer = new ResponseSide(this, downstream);
    }

    /** How a request came. */
    record Arrival(ConnectionFacts connection, EventExecutor loop, Client client) {}

    // ---- the request's way ----

    void start(@Nullable PortPlan port, boolean end) {
        requestEnded = end;
        parts.observer().onStart();
        RouteSelection.Choice choice = RouteSelection.listener(port, this);
        if (choice.reply() != null) {
            answer.reply(choice.reply());
            return;
        }
        listener = choice.listener();
        timers.start();
        if (!path.startsWith("/")) {
            answerForTheServer();
            return;
        }
        extend(listener == null ? CompiledChain.EMPTY : listener.preRouting(), end);
    }

    /**
     * {@code OPTIONS *} asks the server as a whole (RFC 9110, section 9.3.7): no route can mean it. As in Envoy it is 404, and filters
     * see the answer but not the request.
     */
    private void answerForTheServer() {
        CompiledRule matched = match();
        CompiledChain passed =
                matched != null ? matched.chain() : listener == null ? CompiledChain.EMPTY : listener.preRouting();
        if (passed.size() > 0) {
            chain = new ChainRunner(this, passed);
        }
        answer.reply(LocalReplies.notFound());
    }

    /** The head is behind all filters that are known so far. */
    void requestPassed(boolean end) {
        if (answer.hasReplied() || over) {
            return;
        }
        switch (phase) {
            case ROUTING -> {
                CompiledRule matched = match();
                if (matched == null) {
                    answer.reply(LocalReplies.notFound());
                    return;
                }
                routed(matched);
                extend(matched.chain(), end);
            }
            case CHOOSING -> choose(end);
            case DISPATCHING -> act(end);
        }
    }

    /**
     * Takes a rule. Where nothing but weights and the client's session decides about the backend, it is chosen now: so the limits of
     * its Service are asked together with those of the rule.
     */
    private void routed(CompiledRule matched) {
        rule = matched;
        if (isTraced()) {
            step(
                    "route",
                    matched.ir().route().toString(),
                    "rule " + matched.ir().name() + " takes the request",
                    -1);
        }
        timers.routed(matched);
        phase = Phase.CHOOSING;
        target = null;
        intended = null;
        if (matched.headerRouting().isEmpty() && matched.action() instanceof CompiledAction.Forward forward) {
            seat = SessionSeat.of(matched, forward, request);
            target = RouteSelection.target(matched, forward, request, seat).target();
            intended = target.backend().map(Backend::id).orElse(null);
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
            CompiledAction.WeightedTarget decided = target;
            if (decided == null) {
                seat = SessionSeat.of(matched, forward, request);
                RouteSelection.Target chosen = RouteSelection.target(matched, forward, request, seat);
                if (chosen.reply() != null) {
                    answer.reply(chosen.reply());
                    return;
                }
                decided = chosen.target();
                target = decided;
            }
            decided.backend().ifPresent(known -> backend = known.id());
            phase = Phase.DISPATCHING;
            CompiledChain passed = chain == null ? CompiledChain.EMPTY : chain.chain();
            extend(passed.followedBy(decided.filters()), end);
        } else {
            phase = Phase.DISPATCHING;
            requestPassed(end);
        }
    }

    private void act(boolean end) {
        CompiledRule matched = requireNonNull(rule);
        switch (matched.action()) {
            case CompiledAction.Forward forward -> {
                Dispatch started = new Dispatch(this, parts.upstream(), matched, forward, requireNonNull(target), seat);
                dispatch = started;
                started.begin(end);
            }
            case CompiledAction.Redirect redirect -> answer.reply(Redirects.reply(redirect, this));
            case CompiledAction.DirectReply reply -> answer.reply(LocalReplies.direct(reply.ir()));
            case CompiledAction.NotFound notFound -> answer.reply(LocalReplies.notFound());
            case CompiledAction.Broken broken -> answer.reply(LocalReplies.broken(broken.message()));
        }
    }

    /** Matches the route again for the filter at the index, which has not let the head go yet. */
    void reroute(ChainRunner runner, int index) {
        if (phase == Phase.ROUTING || answer.hasReplied()) {
            return;
        }
        CompiledRule matched = match();
        if (matched == null) {
            answer.reply(LocalReplies.notFound());
        } else if (matched != rule) {
            routed(matched);
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
        if (dropsTrailers()) {
            onData(HttpData.empty(), true);
            return;
        }
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
        if (started == null || answer.hasReplied()) {
            data.close();
        } else {
            started.data(data, end);
        }
    }

    void upstreamTrailers(HttpHeaders trailers) {
        Dispatch started = dispatch;
        if (started != null && !answer.hasReplied()) {
            started.trailers(trailers);
        }
    }

    boolean isRequestEnded() {
        return requestEnded;
    }

    @Override
    public void onWritable() {
        if (!over) {
            pressure.resumeResponse(BackPressure.PEER_FULL);
            if (chain != null) {
                chain.response().writable();
            }
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

    /** The upstream takes more again. */
    void upstreamWritable() {
        pressure.resumeRequest(BackPressure.PEER_FULL);
        if (chain != null) {
            chain.request().writable();
        }
    }

    /** Answers in place of the upstream; all filters see the answer. */
    void reply(LocalReply reply) {
        answer.reply(reply);
    }

    ResponseSide answer() {
        return answer;
    }

    BackPressure pressure() {
        return pressure;
    }

    @Nullable
    ChainRunner chain() {
        return chain;
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

    void cancelDispatch(ResetCode code) {
        Dispatch started = dispatch;
        if (started != null) {
            started.cancel(code);
        }
    }

    /** The end; called once. */
    void finish() {
        over = true;
        endNanos = nanoTime();
        timers.stop();
        cancelDispatch(cause == ReplyCause.CLIENT_GONE ? ResetCode.CANCEL : ResetCode.NO_ERROR);
        if (chain != null) {
            chain.end();
        }
        ended();
        ExchangeObserver observer = parts.observer();
        observer.onEnd(this);
        tell(parts.traces());
        snapshot.leave();
    }
}
