package dev.waypoint.observe;

import dev.waypoint.filter.CallMeters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** The counters of the talks between one kind of filter and one other program. */
final class CallCounts implements CallMeters {

    /** Upper bounds in milliseconds; one more bucket takes all above. Finer than those of requests: an answer is one step of many. */
    private static final double[] BOUNDS_MILLIS = {
        0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000
    };

    private static final long[] BOUNDS_NANOS = Distribution.nanos(BOUNDS_MILLIS);

    final LongAdder active = new LongAdder();
    final LongAdder unanswered = new LongAdder();
    final LongAdder blocked = new LongAdder();
    final LongAdder held = new LongAdder();
    private final Map<String, PhaseCounts> phases = new ConcurrentHashMap<>();

    /** One kind of message. */
    static final class PhaseCounts implements Phase, Distribution {
        final LongAdder sent = new LongAdder();
        final LongAdder sentBytes = new LongAdder();
        final LongAdder received = new LongAdder();
        final LongAdder receivedBytes = new LongAdder();
        private final LongAdder sumNanos = new LongAdder();
        private final LongAdder[] buckets = new LongAdder[BOUNDS_NANOS.length + 1];

        PhaseCounts() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        @Override
        public void sent(long bytes) {
            sent.increment();
            sentBytes.add(bytes);
        }

        @Override
        public void received(long bytes) {
            received.increment();
            receivedBytes.add(bytes);
        }

        @Override
        public void answered(long nanos) {
            buckets[Distribution.bucket(BOUNDS_NANOS, nanos)].increment();
            sumNanos.add(nanos);
        }

        /** Whether there was never any such message: most processors are asked about few phases. */
        boolean isSilent() {
            return sent.sum() == 0 && received.sum() == 0;
        }

        @Override
        public long answers() {
            long all = 0;
            for (LongAdder bucket : buckets) {
                all += bucket.sum();
            }
            return all;
        }

        @Override
        public long meanNanos() {
            long answers = answers();
            return answers == 0 ? 0 : sumNanos.sum() / answers;
        }

        @Override
        public double[] bounds() {
            return BOUNDS_MILLIS.clone();
        }

        @Override
        public void addTo(long[] totals) {
            for (int i = 0; i < totals.length; i++) {
                totals[i] += buckets[i].sum();
            }
        }

        @Override
        public double sumSeconds() {
            return sumNanos.sum() / (double) TimeUnit.SECONDS.toNanos(1);
        }
    }

    @Override
    public PhaseCounts phase(String name) {
        return phases.computeIfAbsent(name, key -> new PhaseCounts());
    }

    void forEachPhase(BiConsumer<String, PhaseCounts> visitor) {
        phases.forEach(visitor);
    }

    @Override
    public void opened() {
        active.increment();
    }

    @Override
    public void closed() {
        active.decrement();
    }

    @Override
    public void unanswered(int messages) {
        unanswered.add(messages);
    }

    @Override
    public void blocked(int talks) {
        blocked.add(talks);
    }

    @Override
    public void held(long bytes) {
        held.add(bytes);
    }
}
