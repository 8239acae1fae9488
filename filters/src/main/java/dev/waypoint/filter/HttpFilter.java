package dev.waypoint.filter;

import java.util.List;

/**
 * A live filter. Two shapes exist: {@link HeadersFilter} for those that look at heads only, and {@link StreamFilter} for those
 * that see bodies.
 */
public sealed interface HttpFilter extends AutoCloseable permits HeadersFilter, StreamFilter {

    /** What it would do, for {@code explain}: a line each. Filters whose source says everything have nothing to add. */
    default List<String> description() {
        return List.of();
    }

    /** Called once, when the last exchange that may use the instance has ended. */
    @Override
    default void close() {}
}
