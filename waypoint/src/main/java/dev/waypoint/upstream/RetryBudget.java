package dev.waypoint.upstream;

import dev.waypoint.ir.BackendSettingsIr.RetryBudgetIr;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Bounds the retries of one backend to a share of its requests, so that retries cannot bring down what is already failing. The
 * interval is counted in ten slices; a minimum rate is always allowed.
 */
public final class RetryBudget {

    private static final int SLICES = 10;

    private final LongSupplier nanoTime;
    private final int[] requests = new int[SLICES];
    private final int[] retries = new int[SLICES];
    private RetryBudgetIr ir;
    private long slice;
    private long second;
    private int retriesThisSecond;

    RetryBudget(RetryBudgetIr ir, LongSupplier nanoTime) {
        this.ir = ir;
        this.nanoTime = nanoTime;
    }

    synchronized void update(RetryBudgetIr newIr) {
        ir = newIr;
    }

    /** Counts a request that may be retried later. */
    public synchronized void countRequest() {
        advance(nanoTime.getAsLong());
        requests[(int) Math.floorMod(slice, (long) SLICES)]++;
    }

    /** Whether one more retry is allowed now; counts it if so. */
    public synchronized boolean tryRetry() {
        long now = nanoTime.getAsLong();
        advance(now);
        long thisSecond = Math.floorDiv(now, 1_000_000_000L);
        if (thisSecond != second) {
            second = thisSecond;
            retriesThisSecond = 0;
        }
        boolean allowed =
                retriesThisSecond < ir.minPerSecond() || (sum(retries) + 1) * 100L <= sum(requests) * ir.percent();
        if (allowed) {
            retriesThisSecond++;
            retries[(int) Math.floorMod(slice, (long) SLICES)]++;
        }
        return allowed;
    }

    private void advance(long now) {
        long current = Math.floorDiv(now, Math.max(1, ir.interval().toNanos() / SLICES));
        if (current - slice >= SLICES || current < slice) {
            Arrays.fill(requests, 0);
            Arrays.fill(retries, 0);
            slice = current;
        }
        while (slice < current) {
            slice++;
            int index = (int) Math.floorMod(slice, (long) SLICES);
            requests[index] = 0;
            retries[index] = 0;
        }
    }

    private static long sum(int[] counts) {
        long total = 0;
        for (int count : counts) {
            total += count;
        }
        return total;
    }
}
