package dev.waypoint.extproc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.filter.ConfigReference.SecretReference;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandaloneEnvironmentTest {

    private static final SecretReference SECRET = new SecretReference("users", Optional.empty());
    private static final ServiceReference SERVICE = new ServiceReference("authz", Optional.empty(), 9000);

    private final StandaloneEnvironment environment = new StandaloneEnvironment("guard");

    @Test
    void aFilterHasWhatItWasGiven() {
        byte[] users = "ann:x".getBytes(StandardCharsets.UTF_8);
        environment
                .withData(SECRET, Map.of("htpasswd", users))
                .withEndpoints(SERVICE, List.of(new Endpoint("10.0.0.1", 9000)));
        assertThat(environment.data(SECRET)).containsOnlyKeys("htpasswd").containsValue(users);
        assertThat(environment.endpoints(SERVICE).current()).containsExactly(new Endpoint("10.0.0.1", 9000));
    }

    @Test
    void whatWasNotGivenIsNamed() {
        assertThatThrownBy(() -> environment.data(SECRET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("users")
                .hasMessageContaining("expected withData or withEndpoints before");
        assertThatThrownBy(() -> environment.endpoints(SERVICE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("authz");
    }

    @Test
    void whatItCountsCanBeRead() {
        environment.counter("denied").increment();
        environment.counter("denied").add(2);
        assertThat(environment.counts()).containsExactly(Map.entry("denied", 3L));
    }
}
