package dev.waypoint.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counters with one writing thread and any number of readers, which see each value whole and soon. */
final class Counts {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values;

    Counts(int size) {
        values = new long[size];
    }

    /** Adds; by the writing thread only. */
    void add(int index, long amount) {
        ELEMENT.setOpaque(values, index, values[index] + amount);
    }

    /** The present value. */
    long get(int index) {
        return (long) ELEMENT.getOpaque(values, index);
    }

    int size() {
        return values.length;
    }
}
