package dev.waypoint.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.waypoint.explain.Explainer;
import dev.waypoint.explain.Explanation;
import dev.waypoint.explain.ExplanationText;
import dev.waypoint.explain.MadeUpRequest;
import dev.waypoint.ir.IrWriter;
import dev.waypoint.observe.Trace;
import dev.waypoint.observe.TraceText;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** Serves the admin pages, on an event loop and a thread of its own: it answers while the data plane is busy. */
public final class AdminServer implements AutoCloseable {

    private final AdminView view;
    private final TracePages traces;
    private final Server server;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("admin-worker").factory());

    private AdminServer(AdminView view, InetSocketAddress address) {
        this.view = view;
        this.traces = new TracePages(view.traces());
        ServerBuilder builder = Server.builder()
                .http(address)
                .workerGroup(EventLoopGroups.newEventLoopGroup(1, "admin", true), true)
                .blockingTaskExecutor(worker, false)
                .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO)
                .requestTimeout(Duration.ofSeconds(30))
                .maxRequestLength(64 * 1024);
        pages(builder);
        server = builder.build();
    }

    /**
     * Starts to serve.
     *
     * @throws IllegalStateException if the address cannot be bound
     */
    public static AdminServer start(AdminView view, InetSocketAddress address) {
        AdminServer admin = new AdminServer(view, address);
        try {
            admin.server.start().join();
            return admin;
        } catch (CompletionException e) {
            admin.close();
            Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
            throw new IllegalStateException(
                    "the admin pages cannot be served at " + address.getHostString() + ":" + address.getPort() + ": "
                            + cause.getMessage(),
                    cause);
        }
    }

    /** The port that is served. */
    public int port() {
        return server.activeLocalPort();
    }

    @Override
    public void close() {
        // The socket closes at once; the threads take seconds to end, and nobody needs to wait for that.
        server.stop();
        worker.shutdownNow();
    }

    private void pages(ServerBuilder builder) {
        get(
                builder,
                "/",
                (context, request) -> HttpResponse.of(HttpStatus.OK, MediaType.HTML_UTF_8, IndexPage.of(view)));
        get(builder, "/live", (context, request) -> Page.text(HttpStatus.OK, "live\n"));
        get(builder, "/ready", (context, request) -> ready());
        get(
                builder,
                "/metrics",
                (context, request) -> HttpResponse.of(
                        HttpStatus.OK, MediaType.parse("text/plain; version=0.0.4; charset=utf-8"), view.metrics()));
        get(builder, "/config", (context, request) -> Page.json(ConfigDump.of(view.state(), view.stream())));
        get(
                builder,
                "/status",
                (context, request) -> Page.json(ConfigDump.statuses(view.state().statuses())));
        get(builder, "/findings", (context, request) -> findings(context, request));
        get(
                builder,
                "/routes",
                (context, request) -> Page.table(
                        context, request, RouteRows.of(view.state().snapshot().ir())));
        get(
                builder,
                "/endpoints",
                (context, request) -> Page.table(
                        context, request, EndpointRows.of(view.state().snapshot())));
        get(
                builder,
                "/filters",
                (context, request) -> Page.wantsJson(context, request)
                        ? Page.json(FilterPage.json(view.catalog()))
                        : Page.table(context, request, FilterPage.rows(view.catalog())));
        get(builder, "/limits", this::limits);
        get(builder, "/explain", this::explain);
        get(builder, "/traces", traces::traces);
        builder.route().post("/traces").build(AdminServer.onWorker(traces::mark));
        OperatorTables.of(view.catalog()).forEach(table -> get(builder, table.path(), table));
        builder.route().post("/drain").build(AdminServer.onWorker(this::drain));
    }

    private static void get(ServerBuilder builder, String path, HttpService page) {
        builder.route().get(path).build(onWorker(page));
    }

    /** Large dumps are made away from the event loop, so that {@code /ready} is never behind one for long. */
    private static HttpService onWorker(HttpService page) {
        return (context, request) -> {
            Supplier<HttpResponse> answer = () -> {
                try {
                    return page.serve(context, request);
                } catch (Exception e) {
                    return Page.text(HttpStatus.INTERNAL_SERVER_ERROR, "this is a bug: " + e + "\n");
                }
            };
            return HttpResponse.of(answer, context.blockingTaskExecutor());
        };
    }

    private HttpResponse ready() {
        return view.unready()
                .map(why -> Page.text(HttpStatus.SERVICE_UNAVAILABLE, "not ready: " + why + "\n"))
                .orElseGet(() -> Page.text(HttpStatus.OK, "ready\n"));
    }

    private HttpResponse findings(ServiceRequestContext context, HttpRequest request) {
        ConfigState state = view.state();
        if (Page.wantsJson(context, request)) {
            return Page.json(ConfigDump.findings(state.findings()));
        }
        StringBuilder text = new StringBuilder();
        state.findings()
                .forEach(finding -> text.append(finding.severity())
                        .append(' ')
                        .append(finding)
                        .append('\n'));
        return Page.text(HttpStatus.OK, text.isEmpty() ? "none\n" : text.toString());
    }

    private HttpResponse limits(ServiceRequestContext context, HttpRequest request) {
        QueryParams query = context.queryParams();
        try {
            int top = Math.clamp(Integer.parseInt(query.get("top", "20")), 0, LimitRows.MOST_KEYS);
            boolean plain = query.get("keys", "hashed").equals("plain");
            return Page.table(context, request, LimitRows.of(view.catalog(), query.get("policy", ""), top, plain));
        } catch (NumberFormatException e) {
            return Page.text(
                    HttpStatus.BAD_REQUEST,
                    "top is '" + query.get("top", "") + "', expected a number from 0 to " + LimitRows.MOST_KEYS
                            + "\nusage: /limits?policy=namespace/name&top=20&keys=hashed|plain\n");
        }
    }

    private HttpResponse explain(ServiceRequestContext context, HttpRequest request) {
        QueryParams query = context.queryParams();
        String trace = query.get("trace", "");
        if (!trace.isEmpty()) {
            return traces.one(trace, context, request);
        }
        String url = query.get("url", "");
        try {
            MadeUpRequest madeUp = MadeUpRequest.of(query.get("method", "GET"), url, headers(query));
            Explanation explanation = Explainer.explain(view.state().snapshot(), madeUp);
            Optional<Trace> last = traces.last(explanation);
            if (Page.wantsJson(context, request)) {
                ObjectNode node = IrWriter.write(explanation).deepCopy();
                last.ifPresent(traced -> node.set("lastTrace", IrWriter.write(traced)));
                return Page.json(node);
            }
            String ladder = last.map(traced -> "last traced request of this rule\n"
                            + TraceText.of(traced).indent(4))
                    .orElse("");
            return Page.text(HttpStatus.OK, ExplanationText.of(explanation) + ladder);
        } catch (IllegalArgumentException e) {
            return Page.text(
                    HttpStatus.BAD_REQUEST,
                    e.getMessage()
                            + "\nusage: /explain?method=GET&url=http://host/path&header=name:value or /explain?trace=ID\n");
        }
    }

    private static List<String> headers(QueryParams query) {
        return query.getAll("header");
    }

    /** By POST only, and not from a page of another site: a link must not be able to stop a proxy. */
    private HttpResponse drain(ServiceRequestContext context, HttpRequest request) {
        if (request.headers().contains(HttpHeaderNames.ORIGIN)) {
            return Page.text(HttpStatus.FORBIDDEN, "not from a web page\n");
        }
        view.drain();
        return Page.text(HttpStatus.ACCEPTED, "draining\n");
    }
}
