package dev.waypoint.filters;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.FilterEnvironment;
import java.util.Map;
import java.util.Optional;

/** Names a Secret or ConfigMap. */
record DataRef(
        @Doc("The kind of the object: `Secret` or `ConfigMap`.") @Default("\"Secret\"")
        Kind kind,

        @Doc("The name of the object.") @Size(min = 1, max = 253)
        String name,

        @Doc("The namespace; else that of the referring object. Another one needs a ReferenceGrant.")
        @Size(min = 1, max = 63)
        Optional<String> namespace) {

    /** The kinds of objects that hold data. */
    enum Kind {
        @Name("Secret")
        SECRET,
        @Name("ConfigMap")
        CONFIG_MAP
    }

    ConfigReference reference() {
        return switch (kind) {
            case SECRET -> new ConfigReference.SecretReference(name, namespace);
            case CONFIG_MAP -> new ConfigReference.ConfigMapReference(name, namespace);
        };
    }

    Map<String, byte[]> data(FilterEnvironment environment) {
        return environment.data(reference());
    }

    /**
     * One entry of the data.
     *
     * @throws IllegalArgumentException if there is no such entry
     */
    byte[] entry(FilterEnvironment environment, String key) {
        Map<String, byte[]> data = data(environment);
        byte[] value = data.get(key);
        if (value == null) {
            throw new IllegalArgumentException(this + " has no entry '" + key + "', only " + data.keySet());
        }
        return value;
    }

    @Override
    public String toString() {
        return (kind == Kind.SECRET ? "Secret " : "ConfigMap ")
                + namespace.map(space -> space + "/").orElse("")
                + name;
    }
}
