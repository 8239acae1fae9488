package dev.waypoint.observe;

import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.ir.BackendId;
import java.util.Arrays;
import java.util.Optional;

/**
 * The counters of one event loop for the exchanges of one listener, rule and backend. Answers are told apart by status, cause,
 * protocol and gRPC status, packed into one number; few different ones come, so a short array is searched.
 */
final class ExchangeSeries {

    /** Where an exchange went; empty texts where it did not get that far. */
    record Target(String listener, String route, String rule, Optional<BackendId> backend) {}

    /** What was answered. A gRPC status of -1 stands for none. */
    record Answer(int status, Optional<ReplyCause> cause, Http protocol, int grpcStatus, boolean tls) {}

    /** More different answers than this of one target are counted as the last one. */
    private static final int MAX_ANSWERS = 256;

    private static final ReplyCause[] CAUSES = ReplyCause.values();
    private static final Http[] PROTOCOLS = Http.values();

    final Target target;
    final Latency latency = new Latency();
    final Counts bytes = new Counts(2);
    private volatile Answers answers = new Answers(new long[0], new Counts(0));

    /** Replaced as a whole when an answer comes that was never seen. */
    private static final class Answers {
        final long[] keys;
        final Counts counts;

        Answers(long[] keys, Counts counts) {
            this.keys = keys;
            this.counts = counts;
        }
    }

    ExchangeSeries(Target target) {
        this.target = target;
    }

    void record(FinishedExchange exchange) {
        latency.record(exchange.endNanos() - exchange.startNanos());
        bytes.add(0, exchange.requestBytes());
        bytes.add(1, exchange.responseBytes());
        long key = key(exchange);
        Answers known = answers;
        for (int i = 0; i < known.keys.length; i++) {
            if (known.keys[i] == key) {
                known.counts.add(i, 1);
                return;
            }
        }
        if (known.keys.length == MAX_ANSWERS) {
            known.counts.add(MAX_ANSWERS - 1, 1);
        } else {
            answers = withOneMore(known, key);
        }
    }

    private static Answers withOneMore(Answers known, long key) {
        int size = known.keys.length;
        long[] keys = Arrays.copyOf(known.keys, size + 1);
        Counts counts = new Counts(size + 1);
        for (int i = 0; i < size; i++) {
            counts.add(i, known.counts.get(i));
        }
        keys[size] = key;
        counts.add(size, 1);
        return new Answers(keys, counts);
    }

    @SuppressWarnings("EnumOrdinal") // the packed number never leaves the process
    private static long key(FinishedExchange exchange) {
        ReplyCause cause = exchange.cause().orElse(null);
        long key = exchange.status();
        key = key * 64 + (cause == null ? 0 : cause.ordinal() + 1);
        key = key * 8 + exchange.connection().protocol().ordinal();
        key = key * 32 + Math.min(exchange.grpcStatus(), 30) + 1;
        return key * 2 + (exchange.connection().tls().isPresent() ? 1 : 0);
    }

    /** Hears each answer with its count. */
    interface AnswerVisitor {
        void visit(Answer answer, long count);
    }

    void forEachAnswer(AnswerVisitor visitor) {
        Answers seen = answers;
        for (int i = 0; i < seen.keys.length; i++) {
            visitor.visit(unpack(seen.keys[i]), seen.counts.get(i));
        }
    }

    private static Answer unpack(long packed) {
        long key = packed;
        boolean tls = key % 2 == 1;
        key /= 2;
        int grpcStatus = (int) (key % 32) - 1;
        key /= 32;
        Http protocol = PROTOCOLS[(int) (key % 8)];
        key /= 8;
        int cause = (int) (key % 64);
        int status = (int) (key / 64);
        return new Answer(
                status, cause == 0 ? Optional.empty() : Optional.of(CAUSES[cause - 1]), protocol, grpcStatus, tls);
    }
}
