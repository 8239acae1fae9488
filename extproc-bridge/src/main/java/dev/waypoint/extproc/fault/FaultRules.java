package dev.waypoint.extproc.fault;

import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.state.ProtocolFault.Severity;

/** The page that explains each rule, made from {@link ProtocolFault}. */
public final class FaultRules {

    /** Where the page is in the documentation. */
    public static final String PAGE = "docs/ext-proc-rules.md";

    private FaultRules() {}

    /** Where a rule is explained. */
    public static String link(ProtocolFault fault) {
        return PAGE + "#" + fault.anchor();
    }

    /** The page. */
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Rules for processors

                Everything that an ext_proc service can do wrong, by the name of the rule. The name stands in the log, at the [admin page](admin.md)
                `/extproc/faults`, in [transcripts](processor-debugging.md#transcripts), and, with `fault_` before it and underscores in it, as `event` of
                the metric `waypoint_filter_events_total`. This page is made from the code.

                """);
        for (Severity severity : Severity.values()) {
            page.append("## ").append(title(severity)).append("\n\n");
            page.append(consequence(severity)).append("\n\n");
            for (ProtocolFault fault : ProtocolFault.values()) {
                if (fault.severity() == severity) {
                    rule(page, fault);
                }
            }
        }
        return page.toString().stripTrailing() + "\n";
    }

    private static void rule(StringBuilder page, ProtocolFault fault) {
        page.append("### ").append(fault.anchor()).append("\n\n");
        page.append(fault.explanation()).append("\n\n");
        page.append("**Remedy:** ").append(fault.remedy()).append("\n\n");
        switch (fault.severity()) {
            case SPURIOUS, REJECTED, FAILED ->
                page.append("The error reply has the response code details `")
                        .append(fault.token())
                        .append("`.\n\n");
            case IGNORED -> {}
        }
    }

    private static String title(Severity severity) {
        return switch (severity) {
            case SPURIOUS -> "Messages that do not fit";
            case REJECTED -> "Messages whose content cannot be used";
            case IGNORED -> "What is left out";
            case FAILED -> "Failures";
        };
    }

    private static String consequence(Severity severity) {
        return switch (severity) {
            case SPURIOUS ->
                "The exchange is answered with an error, or goes on without the processor where `failure.mode` is `Open`.";
            case REJECTED -> "The exchange is answered with an error, whatever `failure.mode` says.";
            case IGNORED -> "The exchange goes on without what was wrong.";
            case FAILED ->
                "The processor failed or was late. The exchange is answered with an error, or goes on without the processor where"
                        + " `failure.mode` is `Open`.";
        };
    }
}
