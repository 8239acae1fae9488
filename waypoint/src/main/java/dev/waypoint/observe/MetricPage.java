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
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sums up values under their labels, and makes them what Prometheus reads. Made anew for each reading. */
final class MetricPage {

    private final Map<Metric, Map<List<String>, Double>> plain = new EnumMap<>(Metric.class);
    private final Map<Metric, Map<List<String>, Total>> distributions = new EnumMap<>(Metric.class);

    /** The sum of several histograms with the same bounds. */
    private static final class Total {
        private final double[] bounds;
        private final long[] counts;
        private double sumSeconds;

        Total(double[] bounds) {
            this.bounds = bounds;
            this.counts = new long[bounds.length + 1];
        }

        void add(Distribution distribution) {
            distribution.addTo(counts);
            sumSeconds += distribution.sumSeconds();
        }

        /** The bounds in milliseconds divided by something, and the infinite one. */
        double[] bounds(double divisor) {
            double[] all = Arrays.copyOf(bounds, counts.length);
            for (int i = 0; i < bounds.length; i++) {
                all[i] = bounds[i] / divisor;
            }
            all[bounds.length] = Double.POSITIVE_INFINITY;
            return all;
        }
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
    void add(Metric metric, Distribution distribution, String... labels) {
        distributions
                .computeIfAbsent(metric, key -> new LinkedHashMap<>())
                .computeIfAbsent(checked(metric, labels), key -> new Total(distribution.bounds()))
                .add(distribution);
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

    private static MetricSnapshot histogram(Metric metric, Map<List<String>, Total> values) {
        boolean millis = metric.base().endsWith("_milliseconds");
        HistogramSnapshot.Builder builder =
                HistogramSnapshot.builder().name(metric.base()).help(metric.help());
        values.forEach((labels, value) -> builder.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(Labels.of(metric.labels(), labels))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(value.bounds(millis ? 1 : 1000), value.counts))
                .sum(millis ? value.sumSeconds * 1000 : value.sumSeconds)
                .build()));
        return builder.build();
    }
}
