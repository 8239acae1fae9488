package dev.waypoint.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.observe.FinishedExchange;
import dev.waypoint.observe.Trace;
import dev.waypoint.observe.TraceBook;
import dev.waypoint.plan.ChainEntry;
import dev.waypoint.plan.CompiledAction;
import dev.waypoint.plan.CompiledListener;
import dev.waypoint.plan.CompiledRule;
import dev.waypoint.plan.RoutingSnapshot;
import dev.waypoint.upstream.Backend;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is known of an exchange: for filters while it lives, for observers when it ends. No behaviour. */
abstract class LiveExchange extends TimerWheel.Timer implements Exchange, FinishedExchange {

    /** More than anybody reads; a stream that goes on for days must not fill the memory. */
    private static final int MOST_STEPS = 2000;

    final RoutingSnapshot snapshot;
    final ConnectionFacts connection;
    final EventExecutor loop;
    final Client client;
    final RequestHead request;
    final String method;
    final String path;
    final String authority;
    final long startNanos;

    @Nullable
    CompiledListener listener;

    @Nullable
    CompiledRule rule;

    @Nullable
    ResponseHead response;

    @Nullable
    BackendId backend;

    /** The backend that was chosen with the route, before it is used. */
    @Nullable
    BackendId intended;

    @Nullable
    ReplyCause cause;

    String endpoint = "";
    String detail = "";
    int sentStatus;
    int grpcStatus = -1;
    int attempts;
    long requestBytes;
    long responseBytes;
    long endNanos;
    long upstreamNanos = -1;
    private @Nullable Object @Nullable [] slots;
    private @Nullable Map<String, ObjectNode> metadata;
    private @Nullable List<Trace.Step> notes;
    private String mark = "";
    private @Nullable List<Runnable> atEnd;
    private boolean ended;

    /**
     * Who asks.
     *
     * @param address after trusted hops were taken into account
     * @param port 0 if the address came from a header
     * @param requestId the id of the request
     */
    record Client(InetAddress address, int port, String requestId) {}

    LiveExchange(
            RoutingSnapshot snapshot,
            ConnectionFacts connection,
            EventExecutor loop,
            RequestHead request,
            Client client) {
        this.snapshot = snapshot;
        this.connection = connection;
        this.loop = loop;
        this.startNanos = loop.ticker().nanoTime();
        this.request = request;
        this.client = client;
        method = request.method();
        path = request.path();
        authority = request.authority();
    }

    /** The time of the event loop, on the scale of {@link #startNanos}. */
    final long nanoTime() {
        return loop.ticker().nanoTime();
    }

    /** Whether the listener keeps trailers from its HTTP/1 clients, and them from trailers. */
    final boolean dropsTrailers() {
        return listener != null
                && !listener.ir().settings().http().http1Trailers()
                && connection.protocol() != ConnectionFacts.Http.HTTP_2;
    }

    /** Remembers from now on what happens: the request bears a mark. */
    final void traced(String bears) {
        mark = bears;
        notes = new ArrayList<>();
    }

    /** Tells what happened to whoever asked for the mark. */
    final void tell(TraceBook traces) {
        List<Trace.Step> told = notes;
        if (told != null) {
            traces.add(mark, this, told);
        }
    }

    /** A filter, or a part of the proxy, did something that took some time. */
    final void step(String filter, String source, String text, long tookNanos) {
        List<Trace.Step> told = notes;
        if (told != null && told.size() < MOST_STEPS) {
            long took = tookNanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMicros(tookNanos);
            told.add(
                    new Trace.Step(TimeUnit.NANOSECONDS.toMicros(nanoTime() - startNanos), filter, source, text, took));
        }
    }

    /** The same for a filter of the chain. */
    final void step(ChainEntry entry, String text, long tookNanos) {
        step(entry.name(), entry.ir().source().toString(), text, tookNanos);
    }

    /** An endpoint is asked. */
    final void attempt(String address) {
        attempts++;
        endpoint = address;
        if (isTraced()) {
            note("upstream", "asks " + address + (attempts > 1 ? ", attempt " + attempts : ""));
        }
    }

    /** It answered. */
    final void answered(long tookNanos) {
        upstreamNanos = tookNanos;
        step("upstream", "", "answers", tookNanos);
    }

    /** The head of the response goes to the client. */
    final void sent(int status) {
        sentStatus = status;
        if (isTraced()) {
            note("client", "is sent " + status);
        }
    }

    @Override
    public final ConnectionFacts connection() {
        return connection;
    }

    @Override
    public final InetAddress clientAddress() {
        return client.address();
    }

    @Override
    public final int clientPort() {
        return client.port();
    }

    @Override
    public final EventExecutor eventLoop() {
        return loop;
    }

    @Override
    public final RequestHead request() {
        return request;
    }

    @Override
    public final Optional<ResponseHead> response() {
        return Optional.ofNullable(response);
    }

    @Override
    public final Optional<MatchedRoute> route() {
        CompiledRule matched = rule;
        if (matched == null) {
            return Optional.empty();
        }
        BackendId chosen = backend != null ? backend : intended != null ? intended : onlyBackend(matched);
        return Optional.of(
                new MatchedRoute(matched.ir().route(), matched.ir().name(), chosen == null ? "" : chosen.toString()));
    }

    /** The backend of a rule that has no choice: it is known before it is chosen. */
    private static @Nullable BackendId onlyBackend(CompiledRule matched) {
        return matched.action() instanceof CompiledAction.Forward forward
                        && forward.targets().size() == 1
                ? forward.targets().getFirst().backend().map(Backend::id).orElse(null)
                : null;
    }

    @Override
    @SuppressWarnings("unchecked")
    public final <T> Optional<T> get(ExchangeKey<T> key) {
        Object[] values = slots;
        return values == null || key.slot() >= values.length
                ? Optional.empty()
                : (Optional<T>) Optional.ofNullable(values[key.slot()]);
    }

    @Override
    public final <T> void set(ExchangeKey<T> key, T value) {
        Object[] values = slots;
        if (values == null) {
            values = new Object[Math.max(8, key.slot() + 1)];
        } else if (key.slot() >= values.length) {
            values = Arrays.copyOf(values, key.slot() + 1);
        }
        values[key.slot()] = value;
        slots = values;
    }

    @Override
    public final Map<String, ObjectNode> metadata() {
        Map<String, ObjectNode> map = metadata;
        if (map == null) {
            map = new HashMap<>();
            metadata = map;
        }
        return map;
    }

    @Override
    public final long startNanos() {
        return startNanos;
    }

    @Override
    public final String requestId() {
        return client.requestId();
    }

    @Override
    public final void onEnd(Runnable action) {
        if (ended) {
            action.run();
            return;
        }
        List<Runnable> actions = atEnd;
        if (actions == null) {
            actions = new ArrayList<>(1);
            atEnd = actions;
        }
        actions.add(action);
    }

    /** Runs what was to be done at the end. */
    final void ended() {
        ended = true;
        List<Runnable> actions = atEnd;
        if (actions != null) {
            atEnd = null;
            actions.forEach(Runnable::run);
        }
    }

    @Override
    public final void note(String filter, String text) {
        step(filter, "", text, -1);
    }

    @Override
    public final boolean isTraced() {
        return notes != null;
    }

    @Override
    public final String method() {
        return method;
    }

    @Override
    public final String path() {
        return path;
    }

    @Override
    public final String authority() {
        return authority;
    }

    @Override
    public final long snapshotVersion() {
        return snapshot.version();
    }

    @Override
    public final @Nullable ListenerIr listener() {
        return listener == null ? null : listener.ir();
    }

    @Override
    public final @Nullable RuleIr rule() {
        return rule == null ? null : rule.ir();
    }

    @Override
    public final @Nullable BackendId backend() {
        return backend;
    }

    @Override
    public final String endpoint() {
        return endpoint;
    }

    @Override
    public final int status() {
        return sentStatus;
    }

    @Override
    public final int grpcStatus() {
        return grpcStatus;
    }

    @Override
    public final Optional<ReplyCause> cause() {
        return Optional.ofNullable(cause);
    }

    @Override
    public final String detail() {
        return detail;
    }

    @Override
    public final long requestBytes() {
        return requestBytes;
    }

    @Override
    public final long responseBytes() {
        return responseBytes;
    }

    @Override
    public final long endNanos() {
        return endNanos;
    }

    @Override
    public final long upstreamNanos() {
        return upstreamNanos;
    }

    @Override
    public final int attempts() {
        return attempts;
    }
}
