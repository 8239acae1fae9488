package dev.waypoint.control.stream;

import java.util.concurrent.atomic.LongAdder;

/** What happened on the streams, over all proxies. */
public final class StreamCounters {

    private final LongAdder bytes = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    StreamCounters() {}

    void sent(int size) {
        messages.increment();
        bytes.add(size);
    }

    void accepted() {
        accepted.increment();
    }

    void refused() {
        refused.increment();
    }

    /** Bytes of messages that were sent, before compression and encryption. */
    public long bytesSent() {
        return bytes.sum();
    }

    /** Messages that were sent. */
    public long messagesSent() {
        return messages.sum();
    }

    /** Versions that proxies took. */
    public long versionsAccepted() {
        return accepted.sum();
    }

    /** Versions that proxies refused. */
    public long versionsRefused() {
        return refused.sum();
    }
}
