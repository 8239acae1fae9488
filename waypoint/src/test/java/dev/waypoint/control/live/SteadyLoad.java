package dev.waypoint.control.live;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Requests at a steady rate over a few kept connections until it is closed. Every answer that is not 200 is a failure, and so is none. */
final class SteadyLoad implements AutoCloseable {

    private static final int CONNECTIONS = 8;

    private final InetSocketAddress proxy;
    private final String host;
    private final Supplier<String> paths;
    private final long pauseNanos;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final LongAdder failed = new LongAdder();
    private final List<Integer> micros = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean closed;

    /** @param perSecond requests of all connections together */
    SteadyLoad(InetSocketAddress proxy, String host, int perSecond, Supplier<String> paths) {
        this.proxy = proxy;
        this.host = host;
        this.paths = paths;
        pauseNanos = Duration.ofSeconds(1).toNanos() * CONNECTIONS / perSecond;
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(this::run));
        }
    }

    private void run() {
        while (!closed) {
            try (PlainClient client = new PlainClient(proxy, Duration.ofSeconds(10))) {
                send(client);
            } catch (IOException e) {
                fail(e.toString());
            }
        }
    }

    private void send(PlainClient client) throws IOException {
        long next = System.nanoTime();
        while (!closed) {
            String path = paths.get();
            long start = System.nanoTime();
            PlainClient.Answer answer = client.get(host, path);
            micros.add((int) ((System.nanoTime() - start) / 1000));
            if (answer.status() != 200) {
                fail(answer + " for " + path);
            }
            if (answer.header("connection").equals("close")) {
                return; // A proxy that drains asks for another connection.
            }
            next = Math.max(next + pauseNanos, System.nanoTime() - pauseNanos);
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void fail(String what) {
        failed.increment();
        if (failures.size() < 20) {
            failures.add(Instant.now() + " " + what);
        }
    }

    /** The first failures. */
    List<String> failures() {
        return failures;
    }

    /** Ends it and says how it went. */
    String summary() throws InterruptedException {
        close();
        for (Thread thread : threads) {
            thread.join();
        }
        return micros.size() + " requests, " + failed.sum() + " failed, latency ms " + Quantiles.of(micros, 1000);
    }

    @Override
    public void close() {
        closed = true;
    }
}
