package dev.waypoint.filter.testing;

import dev.waypoint.filter.CallMeters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts a filter's talks with another program, for tests to look at. */
public final class FakeCalls implements CallMeters {

    private final Map<String, FakePhase> phases = new ConcurrentHashMap<>();
    private final AtomicLong active = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final AtomicLong blocked = new AtomicLong();
    private final AtomicLong held = new AtomicLong();

    /** One kind of message. */
    public static final class FakePhase implements Phase {
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong sentBytes = new AtomicLong();
        private final AtomicLong answers = new AtomicLong();
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public void sent(long bytes) {
            sent.incrementAndGet();
            sentBytes.addAndGet(bytes);
        }

        @Override
        public void received(long bytes) {
            received.incrementAndGet();
        }

        @Override
        public void answered(long took) {
            answers.incrementAndGet();
            nanos.addAndGet(took);
        }

        @Override
        public long answers() {
            return answers.get();
        }

        @Override
        public long meanNanos() {
            return answers.get() == 0 ? 0 : nanos.get() / answers.get();
        }

        /** Messages sent. */
        public long sent() {
            return sent.get();
        }

        /** Messages received. */
        public long received() {
            return received.get();
        }

        /** Bytes sent. */
        public long sentBytes() {
            return sentBytes.get();
        }
    }

    @Override
    public FakePhase phase(String name) {
        return phases.computeIfAbsent(name, _ -> new FakePhase());
    }

    @Override
    public void opened() {
        active.incrementAndGet();
    }

    @Override
    public void closed() {
        active.decrementAndGet();
    }

    @Override
    public void unanswered(int messages) {
        unanswered.addAndGet(messages);
    }

    @Override
    public void blocked(int talks) {
        blocked.addAndGet(talks);
    }

    @Override
    public void held(long bytes) {
        held.addAndGet(bytes);
    }

    /** The gauges, in the order active, unanswered, blocked, held. */
    public List<Long> gauges() {
        return List.of(active.get(), unanswered.get(), blocked.get(), held.get());
    }
}
