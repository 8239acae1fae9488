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
public record DataRef(
        @Doc("The kind of the object: `Secret` or `ConfigMap`.") @Default("\"Secret\"")
        Kind kind,

        @Doc("The name of the object.") @Size(min = 1, max = 253)
        String name,

        @Doc("The namespace; else that of the referring object. Another one needs a ReferenceGrant.")
        @Size(min = 1, max = 63)
        Optional<String> namespace) {

    /** The kinds of objects that hold data. */
    public enum Kind {
        /** A Secret. */
        @Name("Secret")
        SECRET,
        /** A ConfigMap. */
        @Name("ConfigMap")
        CONFIG_MAP
    }

    /** The same object, named so that it is found from every namespace. */
    public DataRef in(String ownNamespace) {
        return new DataRef(kind, name, namespace.or(() -> Optional.of(ownNamespace)));
    }

    /** What a factory says that it needs. */
    public ConfigReference reference() {
        return switch (kind) {
            case SECRET -> new ConfigReference.SecretReference(name, namespace);
            case CONFIG_MAP -> new ConfigReference.ConfigMapReference(name, namespace);
        };
    }

    /** The data of the object. */
    public Map<String, byte[]> data(FilterEnvironment environment) {
        return environment.data(reference());
    }

    /**
     * One entry of the data.
     *
     * @throws IllegalArgumentException if there is no such entry
     */
    public byte[] entry(FilterEnvironment environment, String key) {
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
