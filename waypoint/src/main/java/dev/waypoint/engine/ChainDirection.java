package dev.waypoint.engine;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.plan.CompiledChain;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a message through a chain. Positions count along the way of the message: position 0 is the first filter that it
 * meets, position {@link #size()} stands for what is behind the last. A head is offered to one position after the other; data
 * overtakes no head: what comes while the head waits in front of its goal is held.
 */
abstract class ChainDirection {

    final ExchangeRunner exchange;
    /** By the index of their filter in the chain; null as long as no filter has a session. */
    private @Nullable Stage @Nullable [] stages;

    private @Nullable ArrayDeque<Object> held;
    private int heldFrom;
    private boolean releasing;
    /** How many positions were offered the head, including {@code size()} itself. */
    private int offered;

    ChainDirection(ExchangeRunner exchange) {
        this.exchange = exchange;
    }

    /** The filters. Grows, or changes behind what was offered, while a request finds its route. */
    abstract CompiledChain chain();

    /** Runs a filter that looks at heads only; false if the head does not go on now. */
    abstract boolean runHeaders(int position, boolean end);

    /** The head is behind the last filter. */
    abstract void terminalHead(boolean end);

    abstract void terminalData(HttpData data, boolean end);

    abstract void terminalTrailers(HttpHeaders trailers);

    /** Something is held, or nothing any more: the source is to stop or go on. */
    abstract void holding(boolean value);

    final int size() {
        return chain().size();
    }

    final int offered() {
        return offered;
    }

    /** A filter's stage in this direction. */
    interface Stage {
        /** Whether body and trailers concern it. */
        boolean wantsBody();

        void offerHead(boolean end);

        void offerData(HttpData data, boolean end);

        void offerTrailers(HttpHeaders trailers);

        void offerWritable();

        /** The exchange is over, or goes on without this filter; told once. */
        default void end() {}
    }

    /** Makes room for a stage of each filter; those that are there stay. */
    final void growStages() {
        stages = stages == null ? new Stage[size()] : Arrays.copyOf(stages, size());
    }

    /** Gives the filter at an index of the chain its stage. */
    final void stage(int index, Stage stage) {
        requireNonNull(stages, "growStages comes first")[index] = stage;
    }

    /** Ends the stages from an index of the chain on. */
    final void endStages(int from) {
        @Nullable Stage @Nullable [] all = stages;
        for (int i = from; all != null && i < all.length; i++) {
            Stage stage = all[i];
            all[i] = null;
            if (stage != null) {
                stage.end();
            }
        }
    }

    /** The stage of a position, null for a filter that looks at heads only. */
    private @Nullable Stage stageAt(int position) {
        @Nullable Stage @Nullable [] all = stages;
        int index = entryIndex(position);
        return all == null || exchange.isSkipped(index) ? null : all[index];
    }

    /** Offers the head to the position and, as long as filters let it pass, to those behind. */
    final void advance(int from, boolean end) {
        int position = from;
        while (!exchange.isOver()) {
            offered = position + 1;
            if (position >= size()) {
                terminalHead(end);
                release();
                return;
            }
            Stage stage = stageAt(position);
            if (stage != null) {
                stage.offerHead(end);
                release();
                return;
            }
            if (!exchange.isSkipped(entryIndex(position)) && !runHeaders(position, end)) {
                return;
            }
            position++;
        }
    }

    /** The index in the chain of a position. */
    abstract int entryIndex(int position);

    /** Delivers data to the first stage from the position on that wants it. */
    final void deliver(int from, HttpData data, boolean end) {
        int goal = goal(from);
        if (mustHold(goal)) {
            hold(from, new HeldData(data, end));
        } else if (goal == size()) {
            terminalData(data, end);
        } else {
            goalStage(goal).offerData(data, end);
        }
    }

    /** Delivers trailers likewise. */
    final void deliver(int from, HttpHeaders trailers) {
        int goal = goal(from);
        if (mustHold(goal)) {
            hold(from, trailers);
        } else if (goal == size()) {
            terminalTrailers(trailers);
        } else {
            goalStage(goal).offerTrailers(trailers);
        }
    }

    private Stage goalStage(int goal) {
        Stage stage = stageAt(goal);
        if (stage == null) {
            throw new IllegalStateException("no stage at position " + goal);
        }
        return stage;
    }

    private int goal(int from) {
        int size = size();
        for (int position = from; position < size; position++) {
            Stage stage = stageAt(position);
            if (stage != null && stage.wantsBody()) {
                return position;
            }
        }
        return size;
    }

    private boolean mustHold(int goal) {
        return offered <= goal || (held != null && !held.isEmpty() && !releasing);
    }

    private record HeldData(HttpData data, boolean end) {}

    private void hold(int from, Object piece) {
        if (held == null) {
            held = new ArrayDeque<>();
        }
        if (held.isEmpty()) {
            holding(true);
        }
        heldFrom = from;
        held.addLast(piece);
    }

    private void release() {
        if (held == null || held.isEmpty() || releasing) {
            return;
        }
        releasing = true;
        try {
            while (!held.isEmpty() && !exchange.isOver() && offered > goal(heldFrom)) {
                switch (held.removeFirst()) {
                    case HeldData piece -> deliver(heldFrom, piece.data(), piece.end());
                    case HttpHeaders trailers -> deliver(heldFrom, trailers);
                    case Object other -> throw new IllegalStateException("held " + other);
                }
            }
        } finally {
            releasing = false;
        }
        if (held.isEmpty()) {
            holding(false);
        }
    }

    /** What is behind the last filter takes more again. */
    final void writable() {
        for (int position = size() - 1; position >= 0; position--) {
            Stage stage = stageAt(position);
            if (stage != null && offered > position) {
                stage.offerWritable();
            }
        }
    }

    /** Drops what is held. */
    final void discard() {
        if (held != null) {
            for (Object piece : held) {
                if (piece instanceof HeldData data) {
                    data.data().close();
                }
            }
            held.clear();
        }
    }
}
