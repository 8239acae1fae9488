package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import dev.waypoint.app.FaultyProcessor.Mood;
import dev.waypoint.app.ProcessorLoad.Answer;
import dev.waypoint.cli.TransportKind;
import io.netty.util.ResourceLeakDetector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * A processor that fails while 500 requests a second come: no wrong answer, nothing left behind, and a second after the processor
 * is well again everything is as before. {@code -Dfaults.seconds=N} lets each fault last longer (by default under a second),
 * {@code -Dfaults.rate=N} asks for another rate.
 */
class ProcessorFaultsTest {

    private static final long FAULT_MILLIS =
            Long.getLong("faults.seconds", 0) * 1000 + (Long.getLong("faults.seconds", 0) == 0 ? 800 : 0);

    /** What happens, how it ends, and what requests may see meanwhile where the failure mode is Closed. */
    private enum Fault {
        KILLED_AND_RESTARTED(
                processor -> {
                    processor.kill();
                    processor.start();
                },
                _ -> {},
                Set.of("processed", "500")),
        REFUSED(FaultyProcessor::kill, processor -> processor.start(), Set.of("processed", "500")),
        HUNG(
                processor -> processor.mood(Mood.SILENT),
                processor -> processor.mood(Mood.GOOD),
                Set.of("processed", "504")),
        SLOW(processor -> processor.mood(Mood.SLOW), processor -> processor.mood(Mood.GOOD), Set.of("processed")),
        GARBAGE(
                processor -> processor.mood(Mood.GARBAGE),
                processor -> processor.mood(Mood.GOOD),
                Set.of("processed", "500")),
        CLOSING_MID_BODY(
                processor -> processor.mood(Mood.ERROR_IN_THE_BODY),
                processor -> processor.mood(Mood.GOOD),
                Set.of("processed", "500")),
        /** From the start: each connection gets one after a second. */
        GOAWAY(_ -> {}, _ -> {}, Set.of("processed"));

        private final Consumer<FaultyProcessor> begin;
        private final Consumer<FaultyProcessor> end;
        private final Set<String> allowed;

        Fault(Consumer<FaultyProcessor> begin, Consumer<FaultyProcessor> end, Set<String> allowed) {
            this.begin = begin;
            this.end = end;
            this.allowed = allowed;
        }
    }

    private static final int RATE = Integer.getInteger("faults.rate", 500);
    private static final int STEADY = RATE / 2;

    private static final String PROCESSING = """
              processing:
                request: {headers: Send, body: Streamed, trailers: Send}
                response: {headers: Send}
            """;

    private final Set<String> seenByUpstream = ConcurrentHashMap.newKeySet();
    private final Set<String> seenTwice = ConcurrentHashMap.newKeySet();

    private Server upstream() {
        Server server = Server.builder()
                .http(0)
                .requestTimeout(Duration.ZERO)
                .idleTimeout(Duration.ZERO) // a connection that is closed while a request is on its way would blur the
                // picture
                .serviceUnder(
                        "/",
                        (context, request) ->
                                HttpResponse.of(request.aggregate().thenApply(this::echo)))
                .build();
        server.start().join();
        return server;
    }

    private HttpResponse echo(AggregatedHttpRequest request) {
        String id = request.headers().get("x-id", "");
        if (!seenByUpstream.add(id)) {
            seenTwice.add(id);
        }
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .set("x-got", request.headers().get("x-processed", ""))
                        .build(),
                request.content());
    }

    private static void configure(LiveProxy proxy, int upstream, int processor) {
        proxy.gateway().service("upstream", upstream).service("processor", processor);
        for (String mode : List.of("Closed", "Open")) {
            String name = mode.toLowerCase(java.util.Locale.ROOT);
            proxy.route(name, """
                    - matches: [{path: {type: PathPrefix, value: /%s}}]
                      backendRefs: [{name: upstream, port: 80}]
                    """.formatted(name));
            proxy.write("provider-" + name + ".yaml", """
                    apiVersion: waypoint.dev/v1alpha1
                    kind: ExtProcProvider
                    metadata: {name: %1$s}
                    spec: {backendRef: {name: processor, port: 80}, messageTimeout: 2s, failureMode: %2$s}
                    ---
                    apiVersion: waypoint.dev/v1alpha1
                    kind: ExtProcPolicy
                    metadata: {name: %1$s}
                    spec:
                      targetRefs: [{kind: HTTPRoute, name: %1$s}]
                      providerRef: {name: %1$s}
                    """.formatted(name, mode) + PROCESSING);
        }
        assertThat(proxy.apply().findings()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Fault.class)
    void aFaultUnderLoad(Fault fault, @TempDir Path folder) throws InterruptedException {
        ListAppender<ILoggingEvent> leaks = leakReports();
        try (Server upstream = upstream();
                FaultyProcessor processor = new FaultyProcessor(fault == Fault.GOAWAY);
                LiveProxy proxy = new LiveProxy(TransportKind.netty, folder)) {
            configure(proxy, upstream.activeLocalPort(), processor.port());
            try (ProcessorLoad load = new ProcessorLoad(proxy.port, RATE, "/closed", "/open")) {
                assumeTrue(
                        isSteady(load),
                        () -> "this machine is too busy for " + RATE + " requests a second: "
                                + counts(load.answers(), _ -> true));
                long begin = System.nanoTime();
                fault.begin.accept(processor);
                TimeUnit.MILLISECONDS.sleep(FAULT_MILLIS);
                fault.end.accept(processor);
                long end = System.nanoTime();
                TimeUnit.MILLISECONDS.sleep(2000);
                assertThat(load.stop()).as("requests without an answer").isZero();
                judge(fault, load.answers(), begin, end);
            }
            assertThat(seenTwice).as("requests that reached the upstream twice").isEmpty();
            for (int i = 0; i < 100 && processor.streams() > 0; i++) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertThat(processor.streams()).as("streams left open").isZero();
        } finally {
            System.gc();
            assertThat(leaks.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .isEmpty();
        }
    }

    /** Waits until all goes well, which takes a JVM that has just begun a while; whether it does. */
    private static boolean isSteady(ProcessorLoad load) throws InterruptedException {
        for (int i = 0; i < 800; i++) {
            List<Answer> answers = load.answers();
            List<Answer> last = answers.subList(Math.max(0, answers.size() - STEADY), answers.size());
            if (last.size() == STEADY
                    && load.open() < STEADY / 2
                    && last.stream().allMatch(answer -> answer.outcome().equals("processed"))) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(25);
        }
        return false;
    }

    private static void judge(Fault fault, List<Answer> answers, long begin, long end) {
        TreeMap<String, Integer> during =
                counts(answers, answer -> answer.sentNanos() >= begin && answer.sentNanos() < end);
        TreeMap<String, Integer> after = counts(answers, answer -> answer.sentNanos() - end > 1_000_000_000L);
        System.out.println(fault + " during " + during + ", a second after " + after);
        for (Answer answer : answers) {
            if (answer.sentNanos() < begin) {
                continue;
            }
            if (answer.path().equals("/open") && !fault.allowed.equals(Set.of("processed"))) {
                assertThat(answer.outcome()).isIn("processed", "unprocessed");
            } else {
                assertThat(answer.outcome()).isIn(fault.allowed);
            }
        }
        assertThat(after.keySet()).as("a second after").containsOnly("/closed processed", "/open processed");
    }

    private static TreeMap<String, Integer> counts(List<Answer> answers, Predicate<Answer> which) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        answers.stream()
                .filter(which)
                .forEach(answer -> counts.merge(answer.path() + " " + answer.outcome(), 1, Integer::sum));
        return counts;
    }

    /** Netty tells of buffers that were collected without having been released. */
    private static ListAppender<ILoggingEvent> leakReports() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(appender);
        return appender;
    }
}
