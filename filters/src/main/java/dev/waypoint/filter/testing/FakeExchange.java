package dev.waypoint.filter.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an exchange knows, without a filter: for tests of code that reads exchanges. */
public class FakeExchange implements Exchange {

    private final HandRunExecutor loop;
    private final ConnectionFacts connection;
    private final InetAddress client;
    private final RequestHead request;
    private final Map<Integer, Object> values = new HashMap<>();
    private final Map<String, ObjectNode> metadata = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private boolean over;
    private Optional<MatchedRoute> route = Optional.empty();
    private @Nullable ResponseHead response;

    /** An exchange whose request has just come. */
    public FakeExchange(RequestHead request, HandRunExecutor loop, ConnectionFacts connection, InetAddress client) {
        this.request = request;
        this.loop = loop;
        this.connection = connection;
        this.client = client;
    }

    /** Says which route was matched. */
    public final void route(MatchedRoute matched) {
        route = Optional.of(matched);
    }

    /** Says which response came. */
    public final void response(ResponseHead head) {
        response = head;
    }

    /** Says that the exchange is over. */
    public final void ended() {
        over = true;
        List<Runnable> all = List.copyOf(atEnd);
        atEnd.clear();
        all.forEach(Runnable::run);
    }

    @Override
    public final void onEnd(Runnable action) {
        if (over) {
            action.run();
        } else {
            atEnd.add(action);
        }
    }

    /** What was noted for {@code explain}. */
    public final List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public final ConnectionFacts connection() {
        return connection;
    }

    @Override
    public final InetAddress clientAddress() {
        return client;
    }

    @Override
    public final int clientPort() {
        return connection.remote().getPort();
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
        return route;
    }

    @Override
    @SuppressWarnings("unchecked") // the only writer is set(), with the key's type
    public final <T> Optional<T> get(ExchangeKey<T> key) {
        return Optional.ofNullable((T) values.get(key.slot()));
    }

    @Override
    public final <T> void set(ExchangeKey<T> key, T value) {
        values.put(key.slot(), value);
    }

    @Override
    public final Map<String, ObjectNode> metadata() {
        return metadata;
    }

    @Override
    public final long startNanos() {
        return 0;
    }

    @Override
    public final String requestId() {
        return "test-request";
    }

    @Override
    public final void note(String filter, String text) {
        notes.add(filter + ": " + text);
    }

    @Override
    public final boolean isTraced() {
        return true;
    }
}
