package dev.waypoint.extproc.check;

import java.util.List;

/**
 * How a processor did in one check.
 *
 * @param mode the mode, empty for checks that have none
 * @param check what was done
 * @param complaints what was wrong
 * @param note something worth knowing, such as that the processor answered itself; may be empty
 * @param micros how long the check took
 */
public record CheckResult(String mode, String check, List<Complaint> complaints, String note, long micros) {

    public CheckResult {
        complaints = List.copyOf(complaints);
    }

    /** What follows. */
    public enum Outcome {
        PASS,
        WARN,
        FAIL
    }

    /** What follows from the complaints. */
    public Outcome outcome() {
        if (complaints.isEmpty()) {
            return Outcome.PASS;
        }
        return complaints.stream().anyMatch(Complaint::fatal) ? Outcome.FAIL : Outcome.WARN;
    }
}
