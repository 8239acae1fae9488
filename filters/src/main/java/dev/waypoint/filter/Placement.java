package dev.waypoint.filter;

import java.util.Comparator;

/**
 * Where a filter stands in the chain: a stage, and the side of it.
 *
 * @param stage the stage
 * @param side the side of the stage; filters of equal placement run in the order in which the configuration lists them
 */
public record Placement(Stage stage, Side side) implements Comparable<Placement> {

    private static final Comparator<Placement> ORDER =
            Comparator.comparing(Placement::stage).thenComparing(Placement::side);

    /** The side of a stage. */
    public enum Side {
        /** Before the filters that stand in the stage itself. */
        BEFORE,
        /** In the stage. */
        DURING,
        /** After the filters that stand in the stage itself. */
        AFTER
    }

    /** In the given stage itself. */
    public static Placement in(Stage stage) {
        return new Placement(stage, Side.DURING);
    }

    @Override
    public int compareTo(Placement other) {
        return ORDER.compare(this, other);
    }
}
