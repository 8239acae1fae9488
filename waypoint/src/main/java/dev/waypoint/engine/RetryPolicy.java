package dev.waypoint.engine;

import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.ir.RetryIr.Condition;
import dev.waypoint.message.UpstreamFailure;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** What of one exchange is tried again, and when. */
final class RetryPolicy {

    /** Certainly unprocessed requests without a body are tried once more even where nobody asked for retries. */
    private static final int UNASKED = 1;

    private final Optional<RetryIr> ir;
    private int used;

    RetryPolicy(Optional<RetryIr> ir) {
        this.ir = ir;
    }

    /** Whether the body is to be kept. */
    int maxBodyBytes() {
        return ir.map(RetryIr::maxBodyBytes).orElse(0);
    }

    boolean isConfigured() {
        return ir.isPresent();
    }

    boolean wants(ResponseHead head) {
        if (ir.isEmpty() || used >= ir.get().attempts()) {
            return false;
        }
        RetryIr retry = ir.get();
        if (retry.statuses().contains(head.status())) {
            return true;
        }
        String grpc = retry.grpcStatuses().isEmpty() ? "" : head.header("grpc-status");
        return !grpc.isEmpty()
                && grpc.length() <= 2
                && Character.isDigit(grpc.charAt(0))
                && retry.grpcStatuses().contains(Integer.parseInt(grpc));
    }

    boolean wants(UpstreamFailure failure) {
        if (ir.isEmpty()) {
            return failure.kind() == UpstreamFailure.Kind.REFUSED && used < UNASKED;
        }
        return switch (failure.kind()) {
            case CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED -> wants(Condition.CONNECT_FAILURE);
            case REFUSED -> wants(Condition.REFUSED) || used < UNASKED;
            case STALE, RESET, CLOSED -> wants(Condition.RESET);
            case OVERFLOW, PROTOCOL -> false;
        };
    }

    boolean wants(Condition condition) {
        return ir.isPresent()
                && used < ir.get().attempts()
                && ir.get().conditions().contains(condition);
    }

    /** Counts a retry; the pause before it in nanoseconds: exponential, between half and all of it at random. */
    long next() {
        used++;
        if (ir.isEmpty()) {
            return 0;
        }
        long base = ir.get().backoff().toNanos();
        long most = Math.max(base, ir.get().maxBackoff().toNanos());
        long pause = Math.min(most, base << Math.min(used - 1, 20));
        return pause <= 1 ? pause : pause / 2 + ThreadLocalRandom.current().nextLong(pause - pause / 2);
    }
}
