package dev.waypoint.simulate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** An exchange of which only the request is known. */
record ReplayedExchange(LoggedRequest logged) implements Exchange {

    @Override
    public ConnectionFacts connection() {
        return new ConnectionFacts.Direct(
                new InetSocketAddress(logged.client(), 0),
                new InetSocketAddress(0),
                Optional.empty(),
                ConnectionFacts.Http.HTTP_1_1,
                0);
    }

    @Override
    public InetAddress clientAddress() {
        return logged.client();
    }

    @Override
    public int clientPort() {
        return 0;
    }

    @Override
    public EventExecutor eventLoop() {
        return ImmediateEventExecutor.INSTANCE;
    }

    @Override
    public RequestHead request() {
        return logged.head();
    }

    @Override
    public Optional<ResponseHead> response() {
        return Optional.empty();
    }

    @Override
    public Optional<MatchedRoute> route() {
        return Optional.empty();
    }

    @Override
    public <T> Optional<T> get(ExchangeKey<T> key) {
        return Optional.empty();
    }

    @Override
    public <T> void set(ExchangeKey<T> key, T value) {
        // Nobody reads it: the exchange is over when it has been asked about.
    }

    @Override
    public Map<String, ObjectNode> metadata() {
        return new HashMap<>();
    }

    @Override
    public long startNanos() {
        return 0;
    }

    @Override
    public String requestId() {
        return "";
    }

    @Override
    public void onEnd(Runnable action) {
        action.run();
    }

    @Override
    public void note(String filter, String text) {
        // Nobody listens.
    }

    @Override
    public boolean isTraced() {
        return false;
    }
}
