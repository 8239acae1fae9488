package dev.waypoint.observe;

import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.ir.RuleIr;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Traces of single requests. A request is traced if it bears a mark that an operator asked for: nobody else can guess one, and as
 * long as there is none the request path looks at one field and at nothing else. All is bounded: marks end by themselves.
 */
public final class TraceBook {

    /** The header that bears the mark. It is taken off the request. */
    public static final String HEADER = "x-waypoint-trace";

    /** How long a mark counts. */
    public static final Duration LIFE = Duration.ofMinutes(10);

    private static final int MOST_MARKS = 16;
    private static final int MOST_TRACES = 100;
    private static final int MARK_BYTES = 16;

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> marks = new ConcurrentHashMap<>();
    private final Deque<Trace> traces = new ArrayDeque<>();
    private long serial;
    private volatile boolean armed;

    /** A book without marks. */
    public TraceBook(InstantSource clock) {
        this.clock = clock;
    }

    /** A new mark, which counts from now on; the oldest goes if there are too many. */
    public synchronized String newMark() {
        expire();
        while (marks.size() >= MOST_MARKS) {
            marks.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .ifPresent(marks::remove);
        }
        byte[] bytes = new byte[MARK_BYTES];
        random.nextBytes(bytes);
        String mark = HexFormat.of().formatHex(bytes);
        marks.put(mark, clock.instant().plus(LIFE));
        armed = true;
        return mark;
    }

    private synchronized void expire() {
        Instant now = clock.instant();
        marks.values().removeIf(end -> end.isBefore(now));
        armed = !marks.isEmpty();
    }

    /** Whether any request may bear a mark. */
    public boolean isArmed() {
        return armed;
    }

    /** Takes the mark off a request: what it says if it counts, else nothing. */
    public Optional<String> takeMark(HttpHeadersBuilder headers) {
        String mark = headers.get(HEADER);
        if (mark == null) {
            return Optional.empty();
        }
        expire();
        headers.remove(HEADER);
        return marks.containsKey(mark) ? Optional.of(mark) : Optional.empty();
    }

    /** Keeps what happened to an exchange that is over. */
    public synchronized void add(String mark, FinishedExchange exchange, List<Trace.Step> steps) {
        RuleIr rule = exchange.rule();
        long took = TimeUnit.NANOSECONDS.toMicros(exchange.endNanos() - exchange.startNanos());
        traces.addLast(new Trace(
                ++serial,
                mark,
                exchange.method() + " " + exchange.authority() + exchange.path(),
                exchange.requestId(),
                clock.instant().minus(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(took))),
                exchange.snapshotVersion(),
                rule == null ? "" : rule.route().toString(),
                rule == null ? "" : rule.name(),
                new Trace.Outcome(
                        exchange.status(),
                        exchange.cause().map(Enum::name).orElse(""),
                        exchange.detail(),
                        exchange.endpoint(),
                        took),
                steps));
        while (traces.size() > MOST_TRACES) {
            traces.removeFirst();
        }
    }

    /** What was traced, newest first. */
    public synchronized List<Trace> traces() {
        return new ArrayList<>(traces).reversed();
    }

    /** One trace. */
    public synchronized Optional<Trace> find(long id) {
        return traces.stream().filter(trace -> trace.id() == id).findFirst();
    }
}
