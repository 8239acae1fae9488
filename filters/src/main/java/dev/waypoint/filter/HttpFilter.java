package dev.waypoint.filter;

/**
 * A live filter. Two shapes exist: {@link HeadersFilter} for those that look at heads only, and {@link StreamFilter} for those
 * that see bodies.
 */
public sealed interface HttpFilter extends AutoCloseable permits HeadersFilter, StreamFilter {

    /** Called once, when the last exchange that may use the instance has ended. */
    @Override
    default void close() {}
}
