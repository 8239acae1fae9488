package dev.waypoint.filter;

import java.util.List;

/**
 * Makes the filters of one kind. Factories are found by {@link java.util.ServiceLoader}; there is no central list.
 *
 * @param <C> the configuration record: immutable, validated by its constructor, equal by value
 */
public interface FilterFactory<C extends Record> {

    /** The kind: name, placement, configuration type. */
    FilterKind<C> kind();

    /**
     * Makes an instance. Called when a snapshot is built, once for each distinct (configuration, target, references); the
     * instance serves many exchanges on many event loops at once.
     */
    HttpFilter create(C config, FilterEnvironment environment);

    /**
     * The other objects that a configuration needs. They are resolved, with the permission checks that apply to the referring
     * object, when configuration is translated; a reference that cannot be resolved makes the object invalid.
     */
    default List<ConfigReference> references(C config) {
        return List.of();
    }

    /** Whether only translation makes such filters; objects that name the kind are refused. See {@link JoiningFactory}. */
    default boolean isMadeByTranslation() {
        return false;
    }
}
