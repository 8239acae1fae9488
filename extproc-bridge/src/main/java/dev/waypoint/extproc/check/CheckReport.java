package dev.waypoint.extproc.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.extproc.check.CheckResult.Outcome;
import java.util.List;
import java.util.Locale;

/**
 * How a processor did.
 *
 * @param target host and port
 * @param results one for each check, in the order in which they ran
 */
public record CheckReport(String target, List<CheckResult> results) {

    public CheckReport {
        results = List.copyOf(results);
    }

    /** How many checks ended so. */
    public long count(Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    /** Whether the processor could not be called at all. */
    public boolean isUnreachable() {
        return results.stream()
                .flatMap(result -> result.complaints().stream())
                .anyMatch(complaint -> complaint.rule().equals(CheckRule.REACHABLE.anchor()));
    }

    /** A line for each check, more for each complaint, and a total. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (CheckResult result : results) {
            text.append("%-4s  %-8s  %s%s%n"
                    .formatted(
                            result.outcome(),
                            result.mode(),
                            result.check(),
                            result.note().isEmpty() ? "" : " (" + result.note() + ")"));
            for (Complaint complaint : result.complaints()) {
                text.append("      rule %s: %s%n".formatted(complaint.rule(), complaint.explanation()));
                text.append("      seen: %s%n".formatted(complaint.received()));
                text.append("      remedy: %s%n".formatted(complaint.remedy()));
            }
        }
        text.append(String.format(
                Locale.ROOT,
                "%s: %d passed, %d with warnings, %d failed%n",
                target,
                count(Outcome.PASS),
                count(Outcome.WARN),
                count(Outcome.FAIL)));
        return text.toString();
    }

    /** The same as JSON. */
    public ObjectNode json() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("target", target);
        report.put("passed", count(Outcome.PASS));
        report.put("warnings", count(Outcome.WARN));
        report.put("failed", count(Outcome.FAIL));
        ArrayNode list = report.putArray("checks");
        for (CheckResult result : results) {
            ObjectNode node = list.addObject();
            node.put("check", result.check());
            node.put("mode", result.mode());
            node.put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
            node.put("note", result.note());
            node.put("micros", result.micros());
            ArrayNode complaints = node.putArray("complaints");
            for (Complaint complaint : result.complaints()) {
                complaints
                        .addObject()
                        .put("rule", complaint.rule())
                        .put("fatal", complaint.fatal())
                        .put("explanation", complaint.explanation())
                        .put("received", complaint.received())
                        .put("remedy", complaint.remedy());
            }
        }
        return report;
    }
}
