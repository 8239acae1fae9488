package dev.waypoint.filter;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The key of a value kept with an exchange. Each key has a slot in an array, so that a look-up costs an array access; make keys
 * once, as constants.
 *
 * @param <T> the type of the value
 */
public final class ExchangeKey<T> {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final String name;
    private final int slot = NEXT.getAndIncrement();

    private ExchangeKey(String name) {
        this.name = name;
    }

    /** A new key; the name is for people. */
    public static <T> ExchangeKey<T> of(String name) {
        return new ExchangeKey<>(name);
    }

    /** The index in the exchange's array. */
    public int slot() {
        return slot;
    }

    @Override
    public String toString() {
        return name;
    }
}
