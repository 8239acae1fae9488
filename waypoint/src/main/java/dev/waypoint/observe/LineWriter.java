package dev.waypoint.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes lines on a thread of its own. Event loops never wait for it: what does not fit its queue is lost and counted. */
public final class LineWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LineWriter.class);
    private static final int QUEUE = 16_384;
    private static final String END = new String("end");

    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder dropped = new LongAdder();
    private final OutputStream out;
    private final Thread thread;

    /** Writes to a stream, which is flushed whenever no line waits, and is not closed. */
    public LineWriter(OutputStream out) {
        this.out = out;
        this.thread = Thread.ofPlatform().daemon().name("access-log").start(this::run);
    }

    /** Writes a line, which brings its own end. */
    void write(String line) {
        if (!queue.offer(line)) {
            dropped.increment();
        }
    }

    /** The lines that were lost. */
    public long dropped() {
        return dropped.sum();
    }

    @SuppressWarnings("ReferenceEquality") // the end is told by its identity, so that no text can be mistaken for it
    private void run() {
        try {
            while (true) {
                String line = queue.take();
                while (line != null && line != END) {
                    out.write(line.getBytes(StandardCharsets.UTF_8));
                    line = queue.poll();
                }
                out.flush();
                if (line == END) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("the access log ends: its output fails: {}", e.toString());
        }
    }

    /** Writes what waits, for at most two seconds. */
    @Override
    public void close() {
        try {
            if (queue.offer(END, 1, TimeUnit.SECONDS)) {
                thread.join(2000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
