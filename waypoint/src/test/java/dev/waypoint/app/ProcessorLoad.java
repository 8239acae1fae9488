package dev.waypoint.app;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends requests at a fixed rate, whatever becomes of them, by turns to two paths. */
final class ProcessorLoad implements AutoCloseable {

    /**
     * What became of a request.
     *
     * @param sentNanos when it was sent
     * @param outcome {@code processed}, {@code unprocessed}, a status, or what was wrong
     */
    record Answer(String path, long sentNanos, String outcome) {}

    private final ClientFactory factory = ClientFactory.builder().build();
    private final WebClient client;
    private final List<Answer> answers = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Thread sender;
    private volatile boolean stopping;

    /** @param rate requests a second */
    ProcessorLoad(int port, int rate, String... paths) {
        client = WebClient.builder("h1c://127.0.0.1:" + port)
                .factory(factory)
                .responseTimeout(Duration.ofSeconds(20))
                .build();
        sender = Thread.ofPlatform().start(() -> send(1_000_000_000L / rate, paths));
    }

    private void send(long gapNanos, String... paths) {
        long next = System.nanoTime();
        for (int i = 0; !stopping; i++) {
            ask(paths[i % paths.length], Integer.toString(i));
            next += gapNanos;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void ask(String path, String id) {
        long sent = System.nanoTime();
        String body = id + "-" + "x".repeat(2000);
        RequestHeaders head =
                RequestHeaders.builder(HttpMethod.POST, path).set("x-id", id).build();
        open.incrementAndGet();
        client.execute(head, body).aggregate().handle((response, failure) -> {
            String outcome = failure == null ? judge(response, id, body) : "no answer: " + failure;
            synchronized (answers) {
                answers.add(new Answer(path, sent, outcome));
            }
            return open.decrementAndGet();
        });
    }

    /** The upstream answers with the body that it got, and with the mark that it got. */
    private static String judge(AggregatedHttpResponse response, String id, String body) {
        if (response.status().code() != 200) {
            return Integer.toString(response.status().code());
        }
        String came = response.contentUtf8();
        String mark = response.headers().get("x-got", "");
        boolean done = response.headers().contains("x-done");
        if (done && mark.equals(id) && came.equals(body + "+")) {
            return "processed";
        }
        boolean plausible = (came.equals(body) || came.equals(body + "+")) && (mark.isEmpty() || mark.equals(id));
        return plausible ? "unprocessed" : "wrong: asked " + id + ", mark '" + mark + "', body of " + came.length();
    }

    /** Requests without an answer so far. */
    int open() {
        return open.get();
    }

    List<Answer> answers() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    /** Stops, and waits for all answers; the number of requests that were never answered. */
    int stop() throws InterruptedException {
        stopping = true;
        sender.join();
        for (int i = 0; i < 300 && open.get() > 0; i++) {
            Thread.sleep(50);
        }
        return open.get();
    }

    @Override
    public void close() {
        stopping = true;
        factory.close();
    }
}
