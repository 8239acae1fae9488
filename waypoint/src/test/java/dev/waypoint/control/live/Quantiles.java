package dev.waypoint.control.live;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Numbers in a few words. */
final class Quantiles {

    private Quantiles() {}

    /** Least, median, 99 of 100, greatest; each divided by the unit. */
    static String of(Collection<? extends Number> values, double unit) {
        List<Double> sorted = values.stream()
                .map(value -> value.doubleValue() / unit)
                .sorted()
                .toList();
        return sorted.isEmpty()
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "min %.1f, p50 %.1f, p99 %.1f, max %.1f",
                        sorted.getFirst(),
                        sorted.get((sorted.size() - 1) / 2),
                        sorted.get((int) Math.ceil((sorted.size() - 1) * 0.99)),
                        sorted.getLast());
    }
}
