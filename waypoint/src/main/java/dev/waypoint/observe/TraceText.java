package dev.waypoint.observe;

import java.util.Locale;

/** A trace as people read it. */
public final class TraceText {

    private TraceText() {}

    /** Prints lines, each with its end. */
    public static String of(Trace trace) {
        StringBuilder out = new StringBuilder();
        Trace.Outcome outcome = trace.outcome();
        out.append(trace.request()).append('\n');
        out.append("  => ")
                .append(outcome.status() == 0 ? "no answer" : String.valueOf(outcome.status()))
                .append(" after ")
                .append(millis(outcome.micros()));
        if (!outcome.cause().isEmpty()) {
            out.append(", ").append(outcome.cause());
        }
        if (!outcome.detail().isEmpty()) {
            out.append(" (").append(outcome.detail()).append(')');
        }
        out.append('\n');
        out.append("  trace ").append(trace.id()).append(", request ").append(trace.requestId());
        out.append(", ").append(trace.started());
        out.append(", snapshot ").append(trace.snapshot()).append('\n');
        out.append(
                trace.route().isEmpty()
                        ? "  no route took it\n"
                        : "  " + trace.route() + " rule " + trace.rule() + "\n");
        trace.steps().forEach(step -> step(out, step));
        return out.toString();
    }

    private static void step(StringBuilder out, Trace.Step step) {
        out.append(String.format(Locale.ROOT, "%13s  %s", millis(step.atMicros()), step.filter()));
        if (!step.source().isEmpty()) {
            out.append(" from ").append(step.source());
        }
        out.append(": ").append(step.text());
        if (step.tookMicros() >= 0) {
            out.append(", took ").append(millis(step.tookMicros()));
        }
        out.append('\n');
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.3f ms", micros / 1e3);
    }
}
