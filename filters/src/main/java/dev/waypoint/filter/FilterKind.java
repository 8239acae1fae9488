package dev.waypoint.filter;

/**
 * What is known of a filter without an instance: its name in configuration, its place, its configuration type.
 *
 * @param name the value of {@code filter} in an {@code HttpFilter} object: lower case with dashes
 * @param placement where instances stand in a chain
 * @param configType the record that configuration is read into; JSON schema and reference page are made from it
 * @param summary one sentence for the reference page
 */
public record FilterKind<C extends Record>(String name, Placement placement, Class<C> configType, String summary) {

    public FilterKind {
        if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException(
                    "filter name is '" + name + "', expected lower case words joined by dashes");
        }
    }
}
