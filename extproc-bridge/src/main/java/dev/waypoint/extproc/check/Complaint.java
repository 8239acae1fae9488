package dev.waypoint.extproc.check;

import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.state.ProtocolFault.Severity;

/**
 * Something that a processor did wrong.
 *
 * @param fatal whether an exchange fails or hangs by it; else a proxy passes over it
 * @param rule the rule's name
 * @param explanation what is wrong, or what was expected
 * @param received what was seen
 * @param remedy what the author should do
 */
public record Complaint(boolean fatal, String rule, String explanation, String received, String remedy) {

    static Complaint of(ProtocolFault fault, String received) {
        return new Complaint(
                fault.severity() != Severity.IGNORED, fault.anchor(), fault.explanation(), received, fault.remedy());
    }
}
