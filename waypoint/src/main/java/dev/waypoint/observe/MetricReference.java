package dev.waypoint.observe;

import java.util.Locale;

/** The reference page of the metrics, made from {@link Metric}. */
final class MetricReference {

    private MetricReference() {}

    static String page() {
        StringBuilder out = new StringBuilder("""
                # Metrics

                `GET /metrics` of the [admin pages](admin.md), in Prometheus' text format. This page is made from the code.

                Besides these there are the JVM's and the process' own: `jvm_memory_*`, `jvm_gc_*`, `jvm_threads_*`, `process_*`, `system_cpu_*`.

                Labels are bounded: listeners, routes, rules and backends come from configuration, never from requests, and there are at most
                10,000 combinations for each event loop and 256 different answers for each combination. What is beyond is counted as listener `other`, or
                as the last of the answers. Each event loop counts in memory of its own; sums are made when the metrics are read.

                """);
        for (Metric metric : Metric.values()) {
            out.append("## ").append(metric.exposedName()).append("\n\n");
            out.append(metric.help()).append(". A ").append(metric.kind().name().toLowerCase(Locale.ROOT));
            if (metric.labels().isEmpty()) {
                out.append(" without labels.\n\n");
            } else {
                out.append(" by `").append(String.join("`, `", metric.labels())).append("`.\n\n");
            }
        }
        return out.toString().stripTrailing() + "\n";
    }
}
