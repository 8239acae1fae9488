package dev.waypoint.filter.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.waypoint.config.Finding;
import dev.waypoint.config.RecordReader;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Drives a filter without sockets. A test makes one from a factory and configuration, sends requests, and looks at what the filter
 * passed on, answered, paused, noted and counted:
 *
 * {@snippet :
 * FilterHarness harness = FilterHarness.of(new Greeting.Factory(), "{text: 'hello'}");
 * DrivenExchange exchange = harness.send("GET", "/", "accept", "text/plain");
 * assertThat(exchange.forwarded().header("x-greeting")).isEqualTo("hello");
 * }
 */
public final class FilterHarness {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private static final int REAL_STEP_MILLIS = 2;

    private final HttpFilter filter;
    private final FakeEnvironment environment;
    private final HandRunExecutor loop;
    private ConnectionFacts connection = new ConnectionFacts.Direct(
            new InetSocketAddress("192.0.2.1", 40000),
            new InetSocketAddress("192.0.2.100", 80),
            Optional.empty(),
            ConnectionFacts.Http.HTTP_1_1,
            1);
    private Optional<InetAddress> client = Optional.empty();

    private FilterHarness(HttpFilter filter, FakeEnvironment environment) {
        this.filter = filter;
        this.environment = environment;
        this.loop = new HandRunExecutor(environment.time());
    }

    /** Drives a filter that the test made itself, with the environment that it gave the filter. */
    public static FilterHarness of(HttpFilter filter, FakeEnvironment environment) {
        return new FilterHarness(filter, environment);
    }

    /** Makes a filter from configuration, with an empty environment. */
    public static <C extends Record> FilterHarness of(FilterFactory<C> factory, String config) {
        return of(factory, config, new FakeEnvironment());
    }

    /**
     * Makes a filter from configuration.
     *
     * @param config JSON; single quotes and bare field names are fine
     * @throws AssertionError if the configuration has findings
     */
    public static <C extends Record> FilterHarness of(
            FilterFactory<C> factory, String config, FakeEnvironment environment) {
        C read = config(factory, config);
        return new FilterHarness(factory.create(read, environment), environment);
    }

    /** Reads a good configuration. */
    public static <C extends Record> C config(FilterFactory<C> factory, String config) {
        List<Finding> findings = new ArrayList<>();
        return read(factory, json(config), findings)
                .orElseThrow(() -> new AssertionError("the configuration has findings: " + findings));
    }

    /** The findings of a bad configuration, without the object's name. */
    public static List<String> findings(FilterFactory<?> factory, String config) {
        List<Finding> findings = new ArrayList<>();
        read(factory, json(config), findings);
        return findings.stream()
                .map(Finding::toString)
                .map(line -> line.substring(line.indexOf(": ") + 2))
                .toList();
    }

    static <C extends Record> Optional<C> read(FilterFactory<C> factory, JsonNode config, List<Finding> findings) {
        return RecordReader.read(
                config, factory.kind().configType(), new FakeEnvironment().owner(), "config", findings::add);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the test's configuration is not JSON: " + text, e);
        }
    }

    /** Requests come by this connection from now on. */
    public FilterHarness withConnection(ConnectionFacts facts) {
        connection = facts;
        return this;
    }

    /** Requests come from this client from now on; else from the connection's remote address. */
    public FilterHarness withClient(String address) {
        try {
            client = Optional.of(InetAddress.getByName(address));
            return this;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address + " is not an IP address", e);
        }
    }

    /** An exchange for which nothing was sent yet. Headers are given as name, value, name, value. */
    public DrivenExchange exchange(String method, String path, String... headers) {
        return exchange(new RequestHead(method, "http", "shop.example", path, Direction.headers(headers)));
    }

    /** An exchange for which nothing was sent yet. */
    public DrivenExchange exchange(RequestHead head) {
        return new DrivenExchange(
                filter,
                head,
                loop,
                connection,
                client.orElse(connection.remote().getAddress()));
    }

    /** Sends a request without a body. Headers are given as name, value, name, value. */
    public DrivenExchange send(String method, String path, String... headers) {
        return exchange(method, path, headers).sendHead(true);
    }

    /** The filter. */
    public HttpFilter filter() {
        return filter;
    }

    /** The filter's environment. */
    public FakeEnvironment environment() {
        return environment;
    }

    /** The event loop of all exchanges. */
    public HandRunExecutor loop() {
        return loop;
    }

    /** Lets time pass, and timers run. */
    public void pass(Duration duration) {
        loop.pass(duration);
    }

    /**
     * Runs the event loop until something has happened, for filters that talk to real servers.
     *
     * @param atMost real time
     */
    public void await(BooleanSupplier happened, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        loop.run();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not happen within " + atMost);
            }
            try {
                Thread.sleep(REAL_STEP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
            loop.run();
        }
    }
}
