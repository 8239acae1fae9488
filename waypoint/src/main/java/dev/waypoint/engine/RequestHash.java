package dev.waypoint.engine;

import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.BackendSettingsIr.BalancingIr;
import dev.waypoint.ir.BackendSettingsIr.HashKeyIr;
import dev.waypoint.upstream.Backend;
import dev.waypoint.upstream.Hashing;
import dev.waypoint.upstream.RequestCookies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The hash that a consistent hash balancer chooses by, the same for all attempts of an exchange, and the cookies that keep the client's
 * next requests at the same endpoint.
 */
final class RequestHash {

    /** Nothing is hashed. */
    static final RequestHash NONE = new RequestHash();

    private final List<String> cookies = new ArrayList<>(0);
    private long value;

    private RequestHash() {}

    /** The hash of what the backend's balancing names; random if the request has none of it. */
    static RequestHash of(Backend backend, ExchangeRunner exchange) {
        if (!(backend.ir().settings().balancing() instanceof BalancingIr.ConsistentHash consistent)) {
            return NONE;
        }
        RequestHash hash = new RequestHash();
        for (HashKeyIr key : consistent.keys()) {
            String found = hash.found(key, exchange);
            if (!found.isEmpty()) {
                hash.value = Hashing.mix(hash.value) ^ Hashing.of(found);
            }
        }
        if (hash.value == 0) {
            hash.value = ThreadLocalRandom.current().nextLong() | 1;
        }
        return hash;
    }

    /** 0 if nothing is hashed. */
    long value() {
        return value;
    }

    private String found(HashKeyIr key, ExchangeRunner exchange) {
        return switch (key) {
            case HashKeyIr.Header header -> exchange.request().header(header.name());
            case HashKeyIr.SourceAddress _ -> exchange.clientAddress().getHostAddress();
            case HashKeyIr.Cookie cookie -> {
                List<String> sent = RequestCookies.values(exchange.request(), cookie.name());
                yield sent.isEmpty()
                        ? cookie.lifetime()
                                .map(lifetime -> made(cookie, lifetime, exchange))
                                .orElse("")
                        : sent.getFirst();
            }
        };
    }

    /**
     * A cookie for a client that has none. Its value comes from the connection, so that the requests which a client sends before it
     * has seen an answer go to one endpoint too (Envoy, RouteAction.HashPolicy.Cookie).
     */
    private String made(HashKeyIr.Cookie cookie, Duration lifetime, ExchangeRunner exchange) {
        String connection =
                exchange.connection().remote() + " " + exchange.connection().local();
        String made = HexFormat.of().toHexDigits(Hashing.of(connection));
        StringBuilder text = new StringBuilder(cookie.name()).append('=').append(made);
        if (!lifetime.isZero()) {
            text.append("; Max-Age=").append(lifetime.toSeconds());
        }
        if (!cookie.path().isEmpty()) {
            text.append("; Path=").append(cookie.path());
        }
        cookies.add(text.append("; HttpOnly").toString());
        return made;
    }

    /** Gives the client the cookies that were made for it. */
    void tell(ResponseHead response) {
        for (String cookie : cookies) {
            response.headers().add("set-cookie", cookie);
        }
    }
}
