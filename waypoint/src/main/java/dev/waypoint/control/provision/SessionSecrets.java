package dev.waypoint.control.provision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyLabels;
import dev.waypoint.control.ProxyLaunch;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterApi.Answer;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the Secrets that sign sessions: one for each data plane, so that its replicas know each other's. It is made once and never
 * changed; whoever deletes it gets another, and with it new proxies. It belongs to the proxies' account and goes with it.
 */
final class SessionSecrets {

    private static final Logger LOG = LoggerFactory.getLogger(SessionSecrets.class);
    private static final int BYTES = 32;
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final ClusterApi api;
    private final SecureRandom random = new SecureRandom();
    private final Map<DataPlane, Long> failures = new HashMap<>();

    SessionSecrets(ClusterApi api) {
        this.api = api;
    }

    /**
     * Makes the Secret of a data plane that is not known to have one.
     *
     * @param account the ServiceAccount of the proxies, as it is in the cluster
     * @return its identity; empty if it cannot be made: then each proxy makes up one for itself
     */
    Optional<String> make(DataPlane plane, ObjectNode account) {
        Long failed = failures.get(plane);
        if (failed != null && System.nanoTime() - failed < AGAIN.toNanos()) {
            return Optional.empty();
        }
        String path = "/api/v1/namespaces/" + plane.namespace() + "/secrets";
        Answer answer = api.create(path, secret(plane, account));
        if (answer.code() == HttpURLConnection.HTTP_CONFLICT) {
            answer = api.read(path + "/" + ResourceNames.sessions(plane));
        }
        if (answer.done()) {
            failures.remove(plane);
            return Optional.of(answer.body().path("metadata").path("uid").asText());
        }
        failures.put(plane, System.nanoTime());
        LOG.warn(
                "the Secret {} of {} could not be made, so that its replicas do not know each other's sessions: {}",
                ResourceNames.sessions(plane),
                plane,
                answer.problem());
        return Optional.empty();
    }

    private ObjectNode secret(DataPlane plane, ObjectNode account) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        ObjectNode secret = JsonNodeFactory.instance.objectNode();
        secret.put("apiVersion", "v1")
                .put("kind", "Secret")
                .put("type", "Opaque")
                .put("immutable", true);
        JsonNode made = account.path("metadata");
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("name", ResourceNames.sessions(plane)).put("namespace", plane.namespace());
        metadata.putObject("labels")
                .put(ProxyManifests.MANAGED_BY, ProxyManifests.MANAGER)
                .put(ProxyLabels.INSTANCE, plane.name());
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", OwnedKind.SERVICE_ACCOUNT.kind())
                .put("name", made.path("name").asText())
                .put("uid", made.path("uid").asText());
        secret.putObject("data")
                .put(
                        String.valueOf(Path.of(ProxyLaunch.SESSION_SECRET_FILE).getFileName()),
                        Base64.getEncoder().encodeToString(Base64.getEncoder().encode(bytes)));
        return secret;
    }
}
