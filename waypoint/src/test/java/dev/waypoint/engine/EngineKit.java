package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.testing.FakeTime;
import dev.waypoint.filter.testing.HandRunExecutor;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.observe.ExchangeObserver;
import dev.waypoint.observe.FilterCounters;
import dev.waypoint.observe.FinishedExchange;
import dev.waypoint.observe.TraceBook;
import dev.waypoint.plan.SnapshotCompiler;
import dev.waypoint.plan.SnapshotStore;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An engine with a client and upstreams made of lists: what happened is there to be read. */
final class EngineKit {

    static final ResourceRef ROUTE = new ResourceRef("gateway.networking.k8s.io", "HTTPRoute", "shop", "cart");
    private static final ResourceRef GATEWAY = new ResourceRef("gateway.networking.k8s.io", "Gateway", "shop", "edge");

    final FakeTime time = new FakeTime();
    final HandRunExecutor loop = new HandRunExecutor(time);
    final List<SeenCall> calls = new ArrayList<>();
    final List<String> ended = new ArrayList<>();
    final Map<BackendId, BackendIr> backends = new HashMap<>();
    final List<RouteIr> routes = new ArrayList<>();
    final List<FilterIr> preRouting = new ArrayList<>();
    final SnapshotStore store = new SnapshotStore();
    ListenerSettingsIr settings = ListenerSettingsIr.DEFAULT;
    final TraceBook traces = new TraceBook(time);
    private final SnapshotCompiler compiler;
    private final Engine engine;

    EngineKit(FilterFactory<?>... filters) {
        compiler = new SnapshotCompiler(FilterCatalog.of(filters), new FilterCounters(), () -> 1, time);
        ExchangeObserver observer = new ExchangeObserver() {
            @Override
            public void onStart() {}

            @Override
            public void onEnd(FinishedExchange exchange) {
                ended.add(exchange.status() + " "
                        + exchange.cause().map(Enum::name).orElse("-") + " " + exchange.detail());
            }
        };
        engine = new Engine(new EngineParts(store, new Calls(), observer, traces));
    }

    BackendId backend(String service, String... hosts) {
        BackendId id = BackendId.of("shop", service, 80);
        List<EndpointIr> endpoints = new ArrayList<>();
        for (String host : hosts) {
            endpoints.add(new EndpointIr(host, 8080, "", 1, EndpointIr.State.READY, Map.of("host", host)));
        }
        backends.put(
                id,
                new BackendIr(
                        id,
                        new ResourceRef("", "Service", "shop", service),
                        BackendIr.Protocol.AUTO,
                        Optional.empty(),
                        endpoints,
                        BackendSettingsIr.DEFAULT));
        return id;
    }

    static ActionIr forward(BackendId id) {
        return new ActionIr.Forward(
                List.of(new ActionIr.WeightedIr(Optional.of(id), "", 1, List.of(), Map.of())), List.of());
    }

    static FilterIr filter(String name, Record config) {
        return filter(name, config, Enforcement.enforced());
    }

    static FilterIr filter(String name, Record config, Enforcement enforcement) {
        return new FilterIr(name, config, ROUTE, "route", enforcement, Map.of());
    }

    /** Adds a rule for a path prefix. */
    void rule(String prefix, ActionIr action, FilterIr... filters) {
        rule(prefix, action, TimeoutsIr.DEFAULT, Optional.empty(), filters);
    }

    void rule(String prefix, ActionIr action, TimeoutsIr timeouts, Optional<RetryIr> retry, FilterIr... filters) {
        rule(new RuleIr(
                ROUTE, prefix, List.of(filters), action, timeouts, retry, Optional.empty(), Optional.empty(), true));
    }

    /** Adds a rule whose name is its path prefix. */
    void rule(RuleIr rule) {
        routes.add(new RouteIr(
                new MatchIr(new MatchIr.PathIr.Prefix(rule.name()), Optional.empty(), List.of(), List.of(), false),
                rule));
    }

    void install() {
        ListenerIr listener = new ListenerIr(
                GATEWAY,
                "http",
                Optional.empty(),
                80,
                ListenerIr.Protocol.HTTP,
                "",
                Optional.empty(),
                preRouting,
                List.of(new HostIr("*", routes)),
                settings);
        store.install(compiler.compile(new RoutingIr(List.of(listener), backends), store.current()));
    }

    /** Sends a request's head. */
    Client send(String method, String path, boolean end, String... headers) {
        Client client = new Client();
        var builder = HttpHeaders.builder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.add(headers[i], headers[i + 1]);
        }
        RequestHead head = new RequestHead(method, "http", "shop.example", path, builder);
        ConnectionFacts facts = new ConnectionFacts.Direct(
                new InetSocketAddress("10.0.0.9", 4711),
                new InetSocketAddress("10.0.0.1", 80),
                Optional.empty(),
                ConnectionFacts.Http.HTTP_1_1,
                1);
        client.events = engine.receiver(":80").onRequest(facts, loop, head, end, client);
        return client;
    }

    /** What a client sees, as text, and its side of the request. */
    static final class Client implements Downstream {
        final List<String> saw = new ArrayList<>();
        boolean full;
        boolean paused;

        @Nullable
        ResponseHead head;

        @Nullable
        RequestEvents events;

        void data(String text, boolean end) {
            Objects.requireNonNull(events).onData(HttpData.ofUtf8(text), end);
        }

        RequestEvents events() {
            return Objects.requireNonNull(events);
        }

        @Override
        public void informational(ResponseHead informational) {
            saw.add("informational " + informational.status());
        }

        @Override
        public void head(ResponseHead responseHead, boolean end) {
            head = responseHead;
            saw.add("head " + responseHead.status() + (end ? " end" : ""));
        }

        @Override
        public void closeAfter() {}

        @Override
        public void data(HttpData data, boolean end) {
            saw.add("data " + data.toStringUtf8() + (end ? " end" : ""));
        }

        @Override
        public void trailers(HttpHeaders trailers) {
            saw.add("trailers " + trailers);
        }

        @Override
        public void reset(ResetCode code) {
            saw.add("reset " + code);
        }

        @Override
        public boolean isWritable() {
            return !full;
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }
    }

    private final class Calls implements Upstream {
        @Override
        public Upstream.Call open(
                EventExecutor executor, UpstreamTarget target, RequestHead head, boolean end, ResponseEvents events) {
            SeenCall call = new SeenCall(target, head.copy(), end, events);
            calls.add(call);
            return call;
        }
    }

    /** What an endpoint sees, as text, and its side of the response. */
    static final class SeenCall implements Upstream.Call {
        final UpstreamTarget target;
        final RequestHead head;
        final ResponseEvents events;
        final List<String> saw = new ArrayList<>();
        boolean full;
        boolean paused;

        SeenCall(UpstreamTarget target, RequestHead head, boolean end, ResponseEvents events) {
            this.target = target;
            this.head = head;
            this.events = events;
            saw.add("head " + head.method() + " " + head.path() + (end ? " end" : ""));
        }

        void answer(int status, boolean end, String... headers) {
            var builder = HttpHeaders.builder();
            for (int i = 0; i < headers.length; i += 2) {
                builder.add(headers[i], headers[i + 1]);
            }
            events.onHead(new ResponseHead(status, builder), end);
        }

        void body(String text, boolean end) {
            events.onData(HttpData.ofUtf8(text), end);
        }

        @Override
        public void data(HttpData data, boolean end) {
            saw.add("data " + data.toStringUtf8() + (end ? " end" : ""));
        }

        @Override
        public void trailers(HttpHeaders trailers) {
            saw.add("trailers " + trailers);
        }

        @Override
        public void reset(ResetCode code) {
            saw.add("reset " + code);
        }

        @Override
        public boolean isWritable() {
            return !full;
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }
    }
}
