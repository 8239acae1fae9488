package dev.waypoint.observe;

import dev.waypoint.filter.ReplyCause;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;

/** One line for each exchange, or for a sample of them. */
public final class AccessLog implements ExchangeObserver {

    private final AccessLogMode mode;
    private final AccessLogFormat format;
    private final LineWriter writer;

    /** A log. */
    public AccessLog(AccessLogMode mode, AccessLogFormat format, LineWriter writer) {
        this.mode = mode;
        this.format = format;
        this.writer = writer;
    }

    @Override
    public void onStart() {}

    @Override
    public void onEnd(FinishedExchange exchange) {
        boolean wanted = switch (mode) {
            case AccessLogMode.Off off -> false;
            case AccessLogMode.Full full -> true;
            case AccessLogMode.Sampled sampled ->
                isTrouble(exchange) || ThreadLocalRandom.current().nextDouble() * 100 < sampled.percent();
        };
        if (wanted) {
            StringBuilder line = new StringBuilder(512);
            Instant start = Instant.now()
                    .minusNanos(exchange.endNanos() - exchange.startNanos())
                    .truncatedTo(ChronoUnit.MICROS);
            format.append(line, exchange, start);
            writer.write(line.append('\n').toString());
        }
    }

    private static boolean isTrouble(FinishedExchange exchange) {
        return exchange.status() >= 500
                || exchange.cause()
                        .map(ReplyCause::flag)
                        .filter(flag -> !flag.equals("-"))
                        .isPresent();
    }
}
