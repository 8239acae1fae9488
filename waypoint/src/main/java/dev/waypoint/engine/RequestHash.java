package dev.waypoint.engine;

import dev.waypoint.ir.BackendSettingsIr.BalancingIr;
import dev.waypoint.ir.BackendSettingsIr.HashKeyIr;
import dev.waypoint.upstream.Backend;
import dev.waypoint.upstream.Hashing;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.concurrent.ThreadLocalRandom;

/** The hash that a consistent hash balancer chooses by. */
final class RequestHash {

    private RequestHash() {}

    /** The hash of what the backend's balancing names; random if the request has none of it; 0 if nothing is hashed. */
    static long of(Backend backend, ExchangeRunner exchange) {
        if (!(backend.ir().settings().balancing() instanceof BalancingIr.ConsistentHash consistent)) {
            return 0;
        }
        long hash = 0;
        for (HashKeyIr key : consistent.keys()) {
            String value = value(key, exchange);
            if (!value.isEmpty()) {
                hash = Hashing.mix(hash) ^ Hashing.of(value);
            }
        }
        return hash == 0 ? ThreadLocalRandom.current().nextLong() | 1 : hash;
    }

    private static String value(HashKeyIr key, ExchangeRunner exchange) {
        return switch (key) {
            case HashKeyIr.Header header -> exchange.request().header(header.name());
            case HashKeyIr.Cookie cookie -> cookie(exchange.request().header("cookie"), cookie.name());
            case HashKeyIr.SourceAddress source -> exchange.clientAddress().getHostAddress();
        };
    }

    private static String cookie(String header, String name) {
        if (header.isEmpty()) {
            return "";
        }
        for (Cookie cookie : ServerCookieDecoder.LAX.decode(header)) {
            if (cookie.name().equals(name)) {
                return cookie.value();
            }
        }
        return "";
    }
}
