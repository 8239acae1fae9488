package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Range;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Delays or aborts a share of the requests, to see what clients make of it. A delayed request may be aborted afterwards. The
 * request headers that may control it are those of Envoy's
 * <a href="https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter">fault filter</a>.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class Fault implements FilterFactory<Fault.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "fault",
            Placement.in(Stage.FAULT),
            Config.class,
            "Delays or aborts a share of the requests, as a test of clients.");

    private static final String DELAY = "x-envoy-fault-delay-request";
    private static final String DELAY_SHARE = "x-envoy-fault-delay-request-percentage";
    private static final String ABORT = "x-envoy-fault-abort-request";
    private static final String ABORT_GRPC = "x-envoy-fault-abort-grpc-request";
    private static final String ABORT_SHARE = "x-envoy-fault-abort-request-percentage";
    private static final double ALL = 100;
    private static final int MAX_DIGITS = 7;
    private static final int MAX_GRPC_STATUS = 16;

    /** A delay. */
    public record Delay(
            @Doc("For how long requests are held.") Duration duration,

            @Doc("The share of the requests, in percent.") @Default("100") @Range(min = 0, max = 100)
            double percentage) {}

    /** An abort. */
    public record Abort(
            @Doc("The HTTP status that requests are answered with.") @Default("503") @Range(min = 200, max = 599)
            int status,

            @Doc("The gRPC status for gRPC calls; else made from the HTTP status.") @Range(min = 0, max = 16)
            OptionalInt grpcStatus,

            @Doc("The share of the requests, in percent.") @Default("100") @Range(min = 0, max = 100)
            double percentage) {}

    /** The configuration. */
    @Doc("A delayed request may be aborted afterwards. Aborts have cause `FAULT`, detail "
            + "`fault_filter_abort`. The headers that clients may ask by are those of Envoy's fault filter: "
            + "`x-envoy-fault-delay-request` (milliseconds), `x-envoy-fault-abort-request`, "
            + "`x-envoy-fault-abort-grpc-request`, and `…-percentage`. Counts the events `delayed` and `aborted`.")
    @Example("{delay: {duration: '2s', percentage: 10}, abort: {status: 503, percentage: 0.5}}")
    public record Config(
            @Doc("Holds requests for a time.") Optional<Delay> delay,
            @Doc("Answers requests with an error.") Optional<Abort> abort,

            @Doc(
                    "Whether clients may ask for faults by `x-envoy-fault-…` headers; percentages above are then upper bounds."
                            + " For test environments only.")
            @Default("false")
            boolean controlledByHeaders,

            @Doc("How many requests may be delayed at one time; more are not delayed.") @Range(min = 0)
            OptionalInt maxActiveDelays) {
        public Config {
            if (delay.isEmpty() && abort.isEmpty() && !controlledByHeaders) {
                throw new IllegalArgumentException(
                        "no fault is configured: expected delay, abort or controlledByHeaders");
            }
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config, environment.counter("delayed"), environment.counter("aborted"));
    }

    private static final class Filter implements HeadersFilter {
        private final Config config;
        private final FilterEnvironment.EventCounter delayed;
        private final FilterEnvironment.EventCounter aborted;
        private final AtomicInteger active = new AtomicInteger();

        Filter(Config config, FilterEnvironment.EventCounter delayed, FilterEnvironment.EventCounter aborted) {
            this.config = config;
            this.delayed = delayed;
            this.aborted = aborted;
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            Optional<Delay> delay = delay(head);
            Verdict afterwards = abort(head)
                    .filter(abort -> strikes(abort.percentage))
                    .map(this::aborted)
                    .orElse(Verdict.next());
            if (delay.isEmpty() || !strikes(delay.get().percentage) || !enter()) {
                return afterwards;
            }
            delayed.increment();
            CompletableFuture<Verdict> later = new CompletableFuture<>();
            var _ = exchange.eventLoop()
                    .schedule(
                            () -> {
                                active.decrementAndGet();
                                later.complete(afterwards);
                            },
                            delay.get().duration.toNanos(),
                            TimeUnit.NANOSECONDS);
            return Verdict.later(later);
        }

        private boolean enter() {
            if (active.incrementAndGet() > config.maxActiveDelays.orElse(Integer.MAX_VALUE)) {
                active.decrementAndGet();
                return false;
            }
            return true;
        }

        private Verdict aborted(Abort abort) {
            aborted.increment();
            return Verdict.reply(new LocalReply(
                    abort.status,
                    HttpHeaders.of(),
                    "fault filter abort",
                    ReplyCause.FAULT,
                    "fault_filter_abort",
                    abort.grpcStatus));
        }

        private Optional<Delay> delay(RequestHead head) {
            OptionalInt millis = number(head, DELAY);
            if (millis.isEmpty()) {
                return config.delay;
            }
            double share = share(head, DELAY_SHARE, config.delay.map(Delay::percentage));
            return Optional.of(new Delay(Duration.ofMillis(millis.getAsInt()), share));
        }

        private Optional<Abort> abort(RequestHead head) {
            OptionalInt status = number(head, ABORT);
            OptionalInt grpc = number(head, ABORT_GRPC);
            boolean usable = status.isPresent() && status.getAsInt() >= 200 && status.getAsInt() <= 599;
            boolean usableGrpc = grpc.isPresent() && grpc.getAsInt() <= MAX_GRPC_STATUS;
            if (!usable && !usableGrpc) {
                return config.abort;
            }
            double share = share(head, ABORT_SHARE, config.abort.map(Abort::percentage));
            return Optional.of(new Abort(usable ? status.getAsInt() : 200, grpc, share));
        }

        /** The share that a header asks for, at most the configured one. */
        private double share(RequestHead head, String name, Optional<Double> configured) {
            return Math.min(number(head, name).orElse((int) ALL), configured.orElse(ALL));
        }

        private OptionalInt number(RequestHead head, String name) {
            String text = config.controlledByHeaders ? head.header(name) : "";
            boolean digits = !text.isEmpty()
                    && text.length() <= MAX_DIGITS
                    && text.chars().allMatch(c -> c >= '0' && c <= '9');
            return digits ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
        }

        private static boolean strikes(double percentage) {
            return percentage >= ALL || ThreadLocalRandom.current().nextDouble(ALL) < percentage;
        }
    }
}
