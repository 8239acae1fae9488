package dev.waypoint.explain;

import dev.waypoint.explain.Explanation.BackendShare;
import dev.waypoint.explain.Explanation.Candidate;
import dev.waypoint.explain.Explanation.FilterStep;
import java.util.List;

/** An explanation as people read it. */
public final class ExplanationText {

    private ExplanationText() {}

    /** Prints lines, each with its end. */
    public static String of(Explanation explanation) {
        StringBuilder out = new StringBuilder();
        out.append(explanation.request()).append('\n');
        out.append("  => ").append(explanation.verdict()).append('\n');
        candidates(out, "listeners", explanation.listeners());
        candidates(out, "hosts", explanation.hosts());
        candidates(out, "routes", explanation.routes());
        explanation.outcome().ifPresent(outcome -> outcome(out, outcome));
        return out.toString();
    }

    private static void candidates(StringBuilder out, String title, List<Candidate> candidates) {
        if (candidates.isEmpty()) {
            return;
        }
        out.append(title).append('\n');
        for (Candidate candidate : candidates) {
            out.append(candidate.chosen() ? "  * " : "    ")
                    .append(candidate.name())
                    .append('\n');
            out.append("        ").append(candidate.reason()).append('\n');
        }
    }

    private static void outcome(StringBuilder out, Explanation.Outcome outcome) {
        out.append("rule\n    ")
                .append(outcome.route())
                .append(" rule ")
                .append(outcome.rule())
                .append('\n');
        outcome.limits().forEach(limit -> out.append("        ").append(limit).append('\n'));
        out.append("filters (not run here)\n");
        if (outcome.filters().isEmpty()) {
            out.append("    none\n");
        }
        for (FilterStep filter : outcome.filters()) {
            out.append("    ").append(filter.stage()).append(' ').append(filter.filter());
            out.append(" from ").append(filter.source());
            if (!filter.enforcement().equals("enforced")) {
                out.append(", ").append(filter.enforcement());
            }
            if (!filter.when().isEmpty()) {
                out.append(", only for ").append(filter.when());
            }
            out.append('\n');
            filter.details()
                    .forEach(detail -> out.append("        ").append(detail).append('\n'));
        }
        if (!outcome.backends().isEmpty()) {
            out.append("backends\n");
            outcome.backends().forEach(backend -> backend(out, backend));
        }
    }

    private static void backend(StringBuilder out, BackendShare backend) {
        out.append("    ").append(backend.backend());
        out.append("  ")
                .append(percent(backend.percent()))
                .append(" (")
                .append(backend.reason())
                .append(")\n");
        if (backend.endpoints().isEmpty()) {
            out.append("        no endpoints\n");
        }
        backend.endpoints()
                .forEach(endpoint -> out.append("        ").append(endpoint).append('\n'));
    }

    private static String percent(double value) {
        return value == Math.rint(value) ? (long) value + "%" : value + "%";
    }
}
