package dev.waypoint.filter;

import java.util.Optional;

/** Another object that a filter's configuration names. */
public sealed interface ConfigReference {

    /** The name of the object. */
    String name();

    /** The namespace; empty for that of the referring object. Another namespace needs a ReferenceGrant. */
    Optional<String> namespace();

    /** The same object, named so that it is found from every namespace. */
    default ConfigReference in(String ownNamespace) {
        Optional<String> space = namespace().or(() -> Optional.of(ownNamespace));
        return switch (this) {
            case SecretReference secret -> new SecretReference(secret.name(), space);
            case ConfigMapReference map -> new ConfigMapReference(map.name(), space);
            case ServiceReference service -> new ServiceReference(service.name(), space, service.port());
        };
    }

    /** A Secret, wanted with its data. */
    record SecretReference(String name, Optional<String> namespace) implements ConfigReference {}

    /** A ConfigMap, wanted with its data. */
    record ConfigMapReference(String name, Optional<String> namespace) implements ConfigReference {}

    /** A Service and port, wanted with its endpoints. */
    record ServiceReference(String name, Optional<String> namespace, int port) implements ConfigReference {}
}
