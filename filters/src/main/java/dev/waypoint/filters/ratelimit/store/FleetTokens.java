package dev.waypoint.filters.ratelimit.store;

import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.filter.FilterEnvironment.EventTimer;
import dev.waypoint.ratelimit.Grant;
import dev.waypoint.ratelimit.LimitKey;
import dev.waypoint.ratelimit.LimitTable;
import dev.waypoint.ratelimit.TokenSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Gets the tokens of one global limit from its store: for each key one order at a time, whoever waits for it. */
public final class FleetTokens implements TokenSource {

    private static final char SEPARATOR = '\u0000';

    private final LimitTable table;
    private final RedisStore store;
    private final String prefix;
    private final String identity;
    private final Meters meters;
    private final ConcurrentHashMap<LimitKey, CompletableFuture<Boolean>> orders = new ConcurrentHashMap<>();

    /**
     * What is counted.
     *
     * @param orders orders sent to the store
     * @param failures orders without an answer
     * @param seconds how long answers take
     */
    public record Meters(EventCounter orders, EventCounter failures, EventTimer seconds) {}

    FleetTokens(LimitTable table, RedisStore store, Name name, Meters meters) {
        this.table = table;
        this.store = store;
        this.prefix = name.prefix + ":" + name.readable + ":";
        this.identity = name.identity;
        this.meters = meters;
        table.source(this);
    }

    /**
     * What the keys of a limit are called in the store.
     *
     * @param prefix the first part
     * @param readable for people who look into the store
     * @param identity what tells this limit from all others
     */
    public record Name(String prefix, String readable, String identity) {}

    @Override
    public boolean isAway() {
        return store.isAway();
    }

    @Override
    public void runsLow(LimitKey key) {
        order(key);
    }

    /**
     * Gets more tokens of a key.
     *
     * @return completes, never with an exception, when they are there; false if the store gave no answer
     */
    public CompletableFuture<Boolean> order(LimitKey key) {
        CompletableFuture<Boolean> order = new CompletableFuture<>();
        CompletableFuture<Boolean> running = orders.putIfAbsent(key, order);
        if (running != null) {
            return running;
        }
        long start = System.nanoTime();
        meters.orders.increment();
        store.take(name(key), table.bandwidth(), table.order(key)).whenComplete((grant, failure) -> {
            meters.seconds.record(System.nanoTime() - start);
            arrived(key, grant, failure == null);
            orders.remove(key, order);
            order.complete(failure == null);
        });
        return order;
    }

    private void arrived(LimitKey key, Grant grant, boolean answered) {
        if (answered) {
            table.granted(key, grant);
        } else {
            meters.failures.increment();
            table.failed(key);
        }
    }

    /** Gives back what nobody uses. */
    void giveBackUnused() {
        table.takeUnused().forEach((key, tokens) -> store.giveBack(name(key), table.bandwidth(), tokens));
    }

    /**
     * Keys may hold what clients prove themselves with, so the store sees a digest. The rate is no part of it: the bucket stays when the rate
     * changes.
     */
    private byte[] name(LimitKey key) {
        StringBuilder text = new StringBuilder(identity);
        key.parts().forEach(part -> text.append(SEPARATOR).append(part));
        return (prefix + digest(text.toString())).getBytes(StandardCharsets.UTF_8);
    }

    private static String digest(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform must have", e);
        }
    }

    /** For people: where the tokens are, and whether they can be got. */
    @Override
    public String toString() {
        return store + store.absence();
    }
}
