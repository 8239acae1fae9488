package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.Verdict;
import dev.waypoint.plan.ChainEntry;
import dev.waypoint.plan.CompiledChain;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one exchange through its filters. The chain grows along the way: filters before routing, those of the rule, those of the
 * backend; what was passed is never run again. Responses pass all filters of the chain as it is when the response begins.
 */
final class ChainRunner {

    private static final Logger LOG = LoggerFactory.getLogger(ChainRunner.class);
    private static final int MAX_REROUTES = 4;

    private final ExchangeRunner exchange;
    private final RequestDirection request;
    private final ResponseDirection response;
    private CompiledChain chain;
    private boolean @Nullable [] skipped;
    private int reroutes;

    ChainRunner(ExchangeRunner exchange, CompiledChain chain) {
        this.exchange = exchange;
        this.chain = CompiledChain.EMPTY;
        request = new RequestDirection();
        response = new ResponseDirection();
        change(chain);
    }

    RequestDirection request() {
        return request;
    }

    ResponseDirection response() {
        return response;
    }

    ChainEntry entry(int index) {
        return chain.entry(index);
    }

    CompiledChain chain() {
        return chain;
    }

    boolean isSkipped(int index) {
        boolean[] skips = skipped;
        return skips != null && index < skips.length && skips[index];
    }

    /** Goes on with a chain that begins with all filters that were passed. */
    void change(CompiledChain next) {
        int from = Math.min(chain.size(), request.offered());
        endStages(from);
        chain = next;
        if (next.hasSampled()) {
            drawSamples(from);
        }
        if (next.hasStreams()) {
            openSessions(from);
        }
    }

    private void drawSamples(int from) {
        boolean[] skips = skipped == null ? new boolean[chain.size()] : Arrays.copyOf(skipped, chain.size());
        for (int i = from; i < chain.size(); i++) {
            int share = chain.entry(i).sampledMillionths();
            skips[i] = share >= 0 && ThreadLocalRandom.current().nextInt(1_000_000) >= share;
        }
        skipped = skips;
    }

    private void openSessions(int from) {
        request.growStages();
        response.growStages();
        for (int i = from; i < chain.size(); i++) {
            ChainEntry entry = chain.entry(i);
            StreamFilter filter = entry.stream();
            if (filter == null || isSkipped(i)) {
                continue;
            }
            var session = filter.open(exchange);
            if (entry.shadow()) {
                request.stage(i, new ShadowRequestStage(exchange, this, i, session));
                response.stage(i, new ShadowResponseStage(exchange, this, i, session));
            } else {
                request.stage(i, new RequestStage(exchange, this, i, session));
                response.stage(i, new ResponseStage(exchange, this, i, session));
            }
        }
    }

    /** Matches the route again, before the filter at the index lets the head go. */
    void reroute(int index) {
        chain.entry(index).meters().rerouted();
        if (++reroutes > MAX_REROUTES) {
            exchange.note(chain.entry(index).name(), "reroute refused: more than " + MAX_REROUTES);
            return;
        }
        exchange.reroute(this, index);
    }

    /** What a filter decided later. */
    private void verdict(int index, Verdict verdict, boolean end) {
        if (exchange.isOver()) {
            return;
        }
        if (exchange.isTraced()) {
            exchange.step(chain.entry(index), "decided: " + describe(verdict), -1);
        }
        if (proceeds(index, verdict, end)) {
            request.advance(index + 1, end);
        }
    }

    private boolean proceeds(int index, Verdict verdict, boolean end) {
        ChainEntry entry = chain.entry(index);
        return switch (verdict) {
            case Verdict.Next next -> {
                entry.meters().passed();
                yield true;
            }
            case Verdict.Reply reply -> {
                entry.meters().replied();
                exchange.reply(reply.reply());
                yield false;
            }
            case Verdict.Reroute again -> {
                reroute(index);
                yield !exchange.isOver();
            }
            case Verdict.Later later -> {
                later.outcome().whenComplete((outcome, failure) -> {
                    Verdict decided = outcome != null ? outcome : failed(entry, failure);
                    if (exchange.eventLoop().inEventLoop()) {
                        verdict(index, decided, end);
                    } else {
                        exchange.eventLoop().execute(() -> verdict(index, decided, end));
                    }
                });
                yield false;
            }
        };
    }

    private static Verdict failed(ChainEntry entry, @Nullable Throwable failure) {
        entry.meters().failed();
        LOG.warn("filter {} of {} failed", entry.name(), entry.ir().source(), failure);
        return Verdict.reply(LocalReplies.internal());
    }

    private Verdict evaluate(ChainEntry entry, HeadersFilter filter) {
        try {
            return exchange.isTraced() ? traced(entry, filter) : filter.onRequest(exchange.request(), exchange);
        } catch (RuntimeException bug) {
            return failed(entry, bug);
        }
    }

    private Verdict traced(ChainEntry entry, HeadersFilter filter) {
        long start = exchange.nanoTime();
        Verdict verdict = filter.onRequest(exchange.request(), exchange);
        exchange.step(entry, describe(verdict), exchange.nanoTime() - start);
        return verdict;
    }

    private static String describe(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Next next -> "passes";
            case Verdict.Reply reply -> "answers " + describe(reply.reply());
            case Verdict.Later later -> "decides later";
            case Verdict.Reroute again -> "has the route chosen again";
        };
    }

    /** Evaluates a filter on a copy of the head and counts what it would have done. */
    private void evaluateInShadow(ChainEntry entry, HeadersFilter filter) {
        try {
            count(entry, filter.onRequest(exchange.request().copy(), exchange));
        } catch (RuntimeException bug) {
            LOG.debug(
                    "filter {} of {} failed in shadow", entry.name(), entry.ir().source(), bug);
            entry.meters().failed();
        }
    }

    private void count(ChainEntry entry, Verdict verdict) {
        switch (verdict) {
            case Verdict.Next next -> entry.meters().passed();
            case Verdict.Reply reply -> {
                entry.meters().shadowReplied();
                exchange.note(entry.name(), "shadow: would have answered " + describe(reply.reply()));
            }
            case Verdict.Reroute again -> entry.meters().rerouted();
            case Verdict.Later later -> later.outcome().thenAccept(decided -> count(entry, decided));
        }
    }

    private static String describe(LocalReply reply) {
        return reply.status() + " " + reply.detail();
    }

    void end() {
        request.discard();
        response.discard();
        endStages(0);
    }

    private void endStages(int from) {
        request.endStages(from);
        response.endStages(from);
    }

    /** The way of the request. */
    final class RequestDirection extends ChainDirection {
        private RequestDirection() {
            super(ChainRunner.this.exchange);
        }

        @Override
        CompiledChain chain() {
            return chain;
        }

        @Override
        int entryIndex(int position) {
            return position;
        }

        @Override
        boolean runHeaders(int position, boolean end) {
            ChainEntry entry = chain.entry(position);
            HeadersFilter filter = entry.headers();
            if (filter == null) {
                return true;
            }
            if (entry.shadow()) {
                evaluateInShadow(entry, filter);
                return true;
            }
            return proceeds(position, evaluate(entry, filter), end);
        }

        @Override
        void terminalHead(boolean end) {
            exchange.requestPassed(end);
        }

        @Override
        void terminalData(HttpData data, boolean end) {
            exchange.upstreamData(data, end);
        }

        @Override
        void terminalTrailers(HttpHeaders trailers) {
            exchange.upstreamTrailers(trailers);
        }

        @Override
        void holding(boolean value) {
            if (value) {
                exchange.pressure().pauseRequest(BackPressure.HELD);
            } else {
                exchange.pressure().resumeRequest(BackPressure.HELD);
            }
        }
    }

    /** The way of the response. */
    final class ResponseDirection extends ChainDirection {
        private ResponseDirection() {
            super(ChainRunner.this.exchange);
        }

        int position(int index) {
            return chain.size() - 1 - index;
        }

        @Override
        CompiledChain chain() {
            return chain;
        }

        @Override
        int entryIndex(int position) {
            return chain.size() - 1 - position;
        }

        @Override
        boolean runHeaders(int position, boolean end) {
            ChainEntry entry = chain.entry(entryIndex(position));
            HeadersFilter filter = entry.headers();
            if (filter == null) {
                return true;
            }
            long start = exchange.isTraced() ? exchange.nanoTime() : 0;
            try {
                filter.onResponse(
                        entry.shadow()
                                ? exchange.answer().copyOfResponse()
                                : exchange.answer().currentResponse(),
                        exchange);
                if (exchange.isTraced()) {
                    exchange.step(entry, "saw the response", exchange.nanoTime() - start);
                }
                return true;
            } catch (RuntimeException bug) {
                failed(entry, bug);
                if (!entry.shadow()) {
                    exchange.answer().replace(LocalReplies.internal());
                }
                return entry.shadow();
            }
        }

        @Override
        void terminalHead(boolean end) {
            exchange.answer().downstreamHead(end);
        }

        @Override
        void terminalData(HttpData data, boolean end) {
            exchange.answer().downstreamData(data, end);
        }

        @Override
        void terminalTrailers(HttpHeaders trailers) {
            exchange.answer().downstreamTrailers(trailers);
        }

        @Override
        void holding(boolean value) {
            if (value) {
                exchange.pressure().pauseResponse(BackPressure.HELD);
            } else {
                exchange.pressure().resumeResponse(BackPressure.HELD);
            }
        }
    }
}
