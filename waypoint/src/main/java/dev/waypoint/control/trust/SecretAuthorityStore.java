package dev.waypoint.control.trust;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The controller's authorities in a Secret of its own namespace. */
public final class SecretAuthorityStore implements AuthorityStore {

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    /** The Secret to use; it is made if it is not there. */
    public SecretAuthorityStore(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    @Override
    public Optional<Stored> load() throws IOException {
        try {
            return Optional.ofNullable(client.secrets()
                            .inNamespace(namespace)
                            .withName(name)
                            .get())
                    .map(SecretAuthorityStore::stored);
        } catch (KubernetesClientException e) {
            throw new IOException("Secret " + namespace + "/" + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Stored stored(Secret secret) {
        Map<String, String> data = new LinkedHashMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) ->
                            data.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII)));
        }
        return new Stored(data, secret.getMetadata().getResourceVersion());
    }

    @Override
    public boolean save(Map<String, String> data, Optional<String> expected) throws IOException {
        SecretBuilder secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withResourceVersion(expected.orElse(null))
                .endMetadata()
                .withType("Opaque");
        data.forEach((key, value) ->
                secret.addToData(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.US_ASCII))));
        try {
            if (expected.isPresent()) {
                client.resource(secret.build()).update();
            } else {
                client.resource(secret.build()).create();
            }
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw new IOException("Secret " + namespace + "/" + name + " cannot be written: " + e.getMessage(), e);
        }
    }
}
