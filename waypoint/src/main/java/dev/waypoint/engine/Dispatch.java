package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.plan.CompiledAction.Forward;
import dev.waypoint.plan.CompiledAction.Mirror;
import dev.waypoint.plan.CompiledAction.WeightedTarget;
import dev.waypoint.plan.CompiledRule;
import dev.waypoint.upstream.Backend;
import dev.waypoint.upstream.Endpoint;
import dev.waypoint.upstream.EndpointChoice;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends one exchange's request to an endpoint, again if that is wanted, and to its mirrors. */
final class Dispatch {

    private final ExchangeRunner exchange;
    private final Upstream upstream;
    private final CompiledRule rule;
    private final WeightedTarget target;
    private final List<Mirror> mirrors;
    private final RetryPolicy retry;
    private final @Nullable BodyReplay replay;
    private final @Nullable SessionSeat seat;
    private RequestHash hash = RequestHash.NONE;
    private List<MirrorCall> copies = List.of();
    private @Nullable Set<Endpoint> tried;
    private @Nullable Attempt attempt;
    private boolean requestEnded;
    private boolean bodySent;
    private boolean committed;
    private boolean cancelled;

    Dispatch(
            ExchangeRunner exchange,
            Upstream upstream,
            CompiledRule rule,
            Forward forward,
            WeightedTarget target,
            @Nullable SessionSeat seat) {
        this.exchange = exchange;
        this.upstream = upstream;
        this.rule = rule;
        this.target = target;
        this.seat = seat;
        mirrors = forward.mirrors();
        retry = new RetryPolicy(rule.ir().retry());
        replay = retry.isConfigured() ? new BodyReplay(retry.maxBodyBytes()) : null;
    }

    void begin(boolean end) {
        requestEnded = end;
        Optional<Backend> backend = target.backend();
        if (backend.isEmpty()) {
            exchange.reply(LocalReplies.broken(target.problem()));
            return;
        }
        if (!backend.get().problem().isEmpty()) {
            exchange.reply(LocalReplies.backendBroken(backend.get().problem()));
            return;
        }
        if (retry.isConfigured()) {
            backend.get().retryBudget().countRequest();
        }
        if (!mirrors.isEmpty()) {
            copies = mirrors.stream()
                    .filter(Mirror::takes)
                    .flatMap(mirror -> MirrorCall.open(mirror, exchange, upstream, end).stream())
                    .toList();
        }
        hash = RequestHash.of(backend.get(), exchange);
        attempt(backend.get());
    }

    private void attempt(Backend backend) {
        Optional<Endpoint> endpoint = backend.choose(choice());
        if (endpoint.isEmpty()) {
            exchange.reply(LocalReplies.noHealthyUpstream());
            return;
        }
        Attempt started = new Attempt(backend, endpoint.get());
        attempt = started;
        started.open();
    }

    private EndpointChoice choice() {
        if (target.subset().isEmpty() && tried == null && hash.value() == 0 && seat == null) {
            return EndpointChoice.ANY;
        }
        return new EndpointChoice(
                hash.value(),
                target.subset(),
                tried == null ? Set.of() : tried,
                seat == null ? "" : seat.address(target));
    }

    void data(HttpData data, boolean end) {
        requestEnded |= end;
        bodySent |= !data.isEmpty();
        if (replay != null && !committed) {
            replay.add(data, end);
        }
        for (MirrorCall copy : copies) {
            copy.data(data, end);
        }
        Attempt current = attempt;
        if (current == null || current.over) {
            data.close();
        } else {
            current.data(data, end);
        }
    }

    void trailers(HttpHeaders trailers) {
        requestEnded = true;
        bodySent = true;
        if (replay != null && !committed) {
            replay.end(trailers);
        }
        for (MirrorCall copy : copies) {
            copy.trailers(trailers);
        }
        Attempt current = attempt;
        if (current != null && current.call != null && !current.over) {
            current.call.trailers(trailers);
        }
    }

    void pause() {
        Attempt current = attempt;
        if (current != null && current.call != null) {
            current.call.pause();
        }
    }

    void resume() {
        Attempt current = attempt;
        if (current != null && current.call != null) {
            current.call.resume();
        }
    }

    void attemptTimedOut() {
        Attempt current = attempt;
        if (current == null || current.over || committed) {
            return;
        }
        countTimeout();
        current.abandon();
        if (!again(retry.wants(RetryIr.Condition.ATTEMPT_TIMEOUT), current)) {
            exchange.reply(LocalReplies.timeout("upstream_per_try_timeout"));
        }
    }

    void countTimeout() {
        target.backend().ifPresent(backend -> backend.meters().timedOut());
    }

    /** The exchange needs no upstream any more. */
    void cancel(ResetCode code) {
        if (cancelled) {
            return;
        }
        cancelled = true;
        Attempt current = attempt;
        if (current != null) {
            current.cancel(code);
        }
        if (replay != null) {
            replay.discard();
        }
        if (!exchange.isRequestEnded()) {
            copies.forEach(MirrorCall::cancel);
        }
    }

    /** Tries again after a pause, if it is wanted, possible and within the budget. */
    private boolean again(boolean wanted, Attempt failed) {
        boolean replayable = replay != null ? replay.isComplete() : !bodySent;
        if (!wanted || !replayable || cancelled || exchange.isOver()) {
            return false;
        }
        Backend backend = failed.backend;
        if (!backend.retryBudget().tryRetry()) {
            backend.meters().retryOverBudget();
            return false;
        }
        backend.meters().retried();
        if (tried == null) {
            tried = new HashSet<>();
        }
        tried.add(failed.endpoint);
        exchange.note("retry", "after " + failed.endpoint.address());
        long pause = retry.next();
        if (pause == 0) {
            exchange.eventLoop().execute(() -> retry(backend));
        } else {
            exchange.eventLoop().schedule(() -> retry(backend), pause, TimeUnit.NANOSECONDS);
        }
        return true;
    }

    private void retry(Backend backend) {
        if (!cancelled && !exchange.isOver()) {
            attempt(backend);
        }
    }

    /** One try at one endpoint. */
    private final class Attempt implements ResponseEvents {
        private final Backend backend;
        private final Endpoint endpoint;
        private final long startNanos = exchange.nanoTime();
        private Upstream.@Nullable Call call;
        private boolean responded;
        private boolean over;

        Attempt(Backend backend, Endpoint endpoint) {
            this.backend = backend;
            this.endpoint = endpoint;
        }

        void open() {
            exchange.attempt(endpoint.address());
            endpoint.begin();
            exchange.timers().attempt(rule.attemptNanos());
            BodyReplay kept = replay;
            boolean again = kept != null && !kept.isEmpty();
            Upstream.Call opened = upstream.open(
                    exchange.eventLoop(),
                    endpoint.target(exchange.request().isGrpc()),
                    exchange.request(),
                    requestEnded && !again,
                    this);
            call = opened;
            if (over) {
                return;
            }
            if (kept != null && again) {
                kept.writeTo(opened);
            }
            if (exchange.pressure().isResponsePaused()) {
                opened.pause();
            }
        }

        void data(HttpData data, boolean end) {
            Upstream.Call open = call;
            if (open == null) {
                data.close();
                return;
            }
            open.data(data, end);
            if (!over && !open.isWritable()) {
                exchange.pressure().pauseRequest(BackPressure.PEER_FULL);
            }
        }

        /** Ends the bookkeeping, whatever the reason. */
        private void close() {
            if (!over) {
                over = true;
                endpoint.end();
                exchange.timers().attemptOver();
            }
        }

        void abandon() {
            close();
            if (call != null) {
                call.reset(ResetCode.CANCEL);
            }
        }

        void cancel(ResetCode code) {
            if (!over) {
                close();
                if (call != null) {
                    call.reset(code);
                }
            }
        }

        @Override
        public void onInformational(ResponseHead head) {
            if (!over && !committed) {
                exchange.answer().informational(head);
            }
        }

        @Override
        public void onHead(ResponseHead head, boolean end) {
            if (over) {
                return;
            }
            responded = true;
            exchange.timers().attemptOver();
            exchange.answered(exchange.nanoTime() - startNanos);
            endpoint.answered(exchange.upstreamNanos);
            backend.outliers().answered(endpoint, head.status());
            if (retry.wants(head) && again(true, this)) {
                if (end) {
                    close();
                } else {
                    abandon();
                }
                return;
            }
            commit();
            hash.tell(head);
            if (seat != null) {
                seat.tell(head, backend, endpoint);
            }
            if (end) {
                close();
            }
            exchange.answer().respond(head, end);
        }

        private void commit() {
            committed = true;
            if (replay != null) {
                replay.discard();
            }
        }

        @Override
        public void onData(HttpData data, boolean end) {
            if (over) {
                data.close();
                return;
            }
            if (end) {
                close();
            }
            exchange.answer().respondData(data, end);
        }

        @Override
        public void onTrailers(HttpHeaders trailers) {
            if (!over) {
                close();
                exchange.answer().respondTrailers(trailers);
            }
        }

        @Override
        public void onFailure(UpstreamFailure failure) {
            if (over) {
                return;
            }
            close();
            count(failure);
            exchange.note("upstream", endpoint.address() + ": " + failure.message());
            if (!responded) {
                if (!again(retry.wants(failure), this)) {
                    exchange.reply(LocalReplies.of(failure));
                }
            } else if (!exchange.answer().isHeadSent()) {
                exchange.answer().replace(LocalReplies.of(failure));
            } else {
                exchange.abort(failure.code(), ReplyCause.UPSTREAM_RESET, "upstream_reset_after_response_started");
            }
        }

        private void count(UpstreamFailure failure) {
            endpoint.countFailure();
            backend.outliers().failed(endpoint);
            switch (failure.kind()) {
                case CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED ->
                    backend.meters().connectFailed();
                case OVERFLOW -> backend.meters().overflowed();
                case REFUSED, STALE, RESET, CLOSED, PROTOCOL -> backend.meters().reset();
            }
        }

        @Override
        public void onWritable() {
            if (!over) {
                exchange.upstreamWritable();
            }
        }
    }
}
