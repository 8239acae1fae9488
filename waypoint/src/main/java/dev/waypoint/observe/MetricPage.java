package dev.waypoint.observe;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sums up values under their labels, and makes them what Prometheus reads. Made anew for each reading. */
final class MetricPage {

    private static final double[] SECONDS = bounds(1000);
    private static final double[] MILLIS = bounds(1);

    private final Map<Metric, Map<List<String>, Double>> plain = new EnumMap<>(Metric.class);
    private final Map<Metric, Map<List<String>, Distribution>> distributions = new EnumMap<>(Metric.class);

    private static final class Distribution {
        final long[] counts = new long[Latency.size()];
        double sumSeconds;
    }

    private static double[] bounds(double divisor) {
        double[] millis = Latency.boundsMillis();
        double[] all = new double[millis.length + 1];
        for (int i = 0; i < millis.length; i++) {
            all[i] = millis[i] / divisor;
        }
        all[millis.length] = Double.POSITIVE_INFINITY;
        return all;
    }

    /** Adds to a counter or gauge; the labels in the order in which the metric names them. */
    void add(Metric metric, double value, String... labels) {
        plain.computeIfAbsent(metric, key -> new LinkedHashMap<>()).merge(checked(metric, labels), value, Double::sum);
    }

    /** Adds whole numbers to a counter or gauge. */
    void count(Metric metric, long value, String... labels) {
        add(metric, (double) value, labels);
    }

    /** Adds a histogram. */
    void add(Metric metric, Latency latency, String... labels) {
        Distribution distribution = distributions
                .computeIfAbsent(metric, key -> new LinkedHashMap<>())
                .computeIfAbsent(checked(metric, labels), key -> new Distribution());
        latency.addTo(distribution.counts);
        distribution.sumSeconds += latency.sumSeconds();
    }

    private static List<String> checked(Metric metric, String... labels) {
        if (labels.length != metric.labels().size()) {
            throw new IllegalArgumentException(metric + " has the labels " + metric.labels());
        }
        return List.of(labels);
    }

    MetricSnapshots snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        plain.forEach((metric, values) ->
                all.add(metric.kind() == Metric.Kind.COUNTER ? counter(metric, values) : gauge(metric, values)));
        distributions.forEach((metric, values) -> all.add(histogram(metric, values)));
        return new MetricSnapshots(all);
    }

    private static MetricSnapshot counter(Metric metric, Map<List<String>, Double> values) {
        CounterSnapshot.Builder builder =
                CounterSnapshot.builder().name(metric.base()).help(metric.help());
        values.forEach((labels, value) -> builder.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of(metric.labels(), labels))
                .value(value)
                .build()));
        return builder.build();
    }

    private static MetricSnapshot gauge(Metric metric, Map<List<String>, Double> values) {
        GaugeSnapshot.Builder builder =
                GaugeSnapshot.builder().name(metric.base()).help(metric.help());
        values.forEach((labels, value) -> builder.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(Labels.of(metric.labels(), labels))
                .value(value)
                .build()));
        return builder.build();
    }

    private static MetricSnapshot histogram(Metric metric, Map<List<String>, Distribution> values) {
        boolean millis = metric.base().endsWith("_milliseconds");
        HistogramSnapshot.Builder builder =
                HistogramSnapshot.builder().name(metric.base()).help(metric.help());
        values.forEach((labels, value) -> builder.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(Labels.of(metric.labels(), labels))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(millis ? MILLIS : SECONDS, value.counts))
                .sum(millis ? value.sumSeconds * 1000 : value.sumSeconds)
                .build()));
        return builder.build();
    }
}
