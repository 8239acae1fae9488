package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.transport.RawBackend;
import dev.waypoint.transport.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Clients that ask at a steady rate and compare every answer with what they asked. They are due at fixed times: whoever is late catches
 * up, so that a pause of the proxy does not make the load lighter.
 */
final class SteadyLoad implements AutoCloseable {

    /** Above the 200 requests a second that a proxy must serve without fault while others misbehave. */
    static final int PER_SECOND = 240;

    private static final int CLIENTS = 8;

    private final IntSupplier port;
    private final long endNanos;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger reconnects = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final int wanted;

    /**
     * Begins.
     *
     * @param port where to connect, asked for each new connection
     */
    SteadyLoad(IntSupplier port, Duration duration) {
        this.port = port;
        this.wanted = (int) (PER_SECOND * duration.toMillis() / 1000);
        this.endNanos = System.nanoTime() + duration.toNanos();
        for (int i = 0; i < CLIENTS; i++) {
            int first = i;
            threads.add(Thread.ofVirtual().start(() -> run(first)));
        }
    }

    /** A backend that answers with the target it was asked for. */
    static RawBackend.Script echo() {
        return peer -> {
            for (String head = peer.readHead(); !head.isEmpty(); head = peer.readHead()) {
                String target = head.split(" ", 3)[1];
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
            }
        };
    }

    private void run(int first) {
        long begin = System.nanoTime();
        RawClient client = null;
        try {
            for (int i = first; i < wanted; i += CLIENTS) {
                long due = begin + i * 1_000_000_000L / PER_SECOND;
                long wait = due - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(Duration.ofNanos(wait));
                }
                client = ask(client, "/" + first + "/" + i);
            }
        } catch (IOException e) {
            wrong.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(client);
        }
    }

    /** Asks on a kept connection, or a new one where that has ended, as every HTTP client does. */
    private @org.jspecify.annotations.Nullable RawClient ask(
            @org.jspecify.annotations.Nullable RawClient kept, String target) throws IOException {
        RawClient client = kept == null ? new RawClient(port.getAsInt()) : kept;
        String response = send(client, target);
        if (response.isEmpty() && kept != null) {
            close(client);
            reconnects.incrementAndGet();
            client = new RawClient(port.getAsInt());
            response = send(client, target);
        }
        if (response.startsWith("HTTP/1.1 200 ") && response.endsWith("\r\n\r\n" + target)) {
            answered.incrementAndGet();
        } else {
            wrong.add(target + ": " + response);
        }
        if (response.isEmpty() || response.toLowerCase(java.util.Locale.ROOT).contains("connection: close")) {
            close(client);
            reconnects.incrementAndGet();
            return null;
        }
        return client;
    }

    private static String send(RawClient client, String target) throws IOException {
        try {
            client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
            return client.readResponse();
        } catch (java.net.SocketException ended) {
            return "";
        }
    }

    private static void close(@org.jspecify.annotations.Nullable RawClient client) {
        if (client != null) {
            try {
                client.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Whether requests are still to come. */
    boolean isRunning() {
        return System.nanoTime() < endNanos;
    }

    /** How often a client had to connect anew. */
    int reconnects() {
        return reconnects.get();
    }

    /** Waits for the last answer; every one must have been right. */
    void check() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).as("wrong answers beside " + answered + " right ones").isEmpty();
        assertThat(answered).hasValue(wanted);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
