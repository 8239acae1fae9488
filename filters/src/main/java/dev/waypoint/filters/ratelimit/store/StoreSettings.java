package dev.waypoint.filters.ratelimit.store;

import dev.waypoint.filter.FilterEnvironment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Settings with what the objects that they name hold. Limits with equal ones share a connection.
 *
 * @param config the settings
 * @param username empty for none
 * @param password empty for none
 * @param trusted certificates to trust, in PEM; empty for those of the platform
 */
record StoreSettings(StoreConfig config, String username, String password, String trusted) {

    private static final String CA_ENTRY = "ca.crt";

    /** @throws IllegalArgumentException if an object lacks an entry */
    static StoreSettings of(StoreConfig config, FilterEnvironment environment) {
        Map<String, byte[]> login =
                config.credentialsRef().map(ref -> ref.data(environment)).orElse(Map.of());
        String password = text(login, "password");
        if (config.credentialsRef().isPresent() && password.isEmpty()) {
            throw new IllegalArgumentException(
                    config.credentialsRef().get() + " has the entries " + login.keySet() + ", expected password");
        }
        String trusted = config.tls()
                .flatMap(StoreConfig.Tls::caCertificateRef)
                .map(ref -> new String(ref.entry(environment, CA_ENTRY), StandardCharsets.UTF_8))
                .orElse("");
        return new StoreSettings(config, text(login, "username"), password, trusted);
    }

    private static String text(Map<String, byte[]> login, String entry) {
        return Optional.ofNullable(login.get(entry))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
                .orElse("");
    }

    /** Prints the servers, and nothing that is secret. */
    @Override
    public String toString() {
        return config.toString();
    }
}
