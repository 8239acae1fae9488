package dev.waypoint.extproc;

import dev.waypoint.extproc.state.Phase;
import dev.waypoint.filter.CallMeters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The counters of a processor, with those of each phase at hand. */
final class ProcessorMeters {

    private final CallMeters calls;
    private final CallMeters.Phase[] phases = new CallMeters.Phase[Phase.values().length];

    ProcessorMeters(CallMeters calls) {
        this.calls = calls;
        for (Phase phase : Phase.values()) {
            phases[phase.ordinal()] = calls.phase(phase.word());
        }
    }

    CallMeters calls() {
        return calls;
    }

    CallMeters.Phase phase(Phase phase) {
        return phases[phase.ordinal()];
    }

    /** How long answers took, a line for each phase that had any. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            long answers = phase(phase).answers();
            if (answers > 0) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%s: %d answered, after %.3f ms in the mean",
                        phase.word(),
                        answers,
                        phase(phase).meanNanos() / 1e6));
            }
        }
        return lines;
    }
}
