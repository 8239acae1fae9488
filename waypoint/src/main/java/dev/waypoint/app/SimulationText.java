package dev.waypoint.app;

import dev.waypoint.simulate.LimitSimulation;
import java.io.PrintWriter;

/** Prints what limits would have done. */
final class SimulationText {

    private SimulationText() {}

    static void print(PrintWriter out, LimitSimulation simulation) {
        if (!simulation.refused().isEmpty()) {
            out.printf("%-20s  %7s  %s%n", "SECOND", "REFUSED", "BY");
        }
        simulation
                .refused()
                .forEach((refused, count) -> out.printf(
                        "%-20s  %7d  %s %s, key %s%s%n",
                        refused.second(),
                        count,
                        refused.policy(),
                        refused.limit(),
                        refused.key(),
                        refused.shadow() ? " (shadow: only counted)" : ""));
        out.printf(
                "%d requests: %d admitted, %d refused%n",
                simulation.requests(),
                simulation.requests() - simulation.refusedRequests(),
                simulation.refusedRequests());
        simulation
                .leftOut()
                .forEach(limit -> out.printf("%s is left out: a log does not tell what was under way%n", limit));
        if (simulation.otherLines() > 0) {
            out.printf("%d lines are no requests%n", simulation.otherLines());
        }
    }
}
