package dev.waypoint.source.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Writes to the API server as trees of data. Calls block; each may be made by any thread. */
public final class ClusterApi {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int TIMEOUT_SECONDS = 20;

    private final KubernetesClient client;
    private final String manager;

    /** @param manager the name that writes are noted under */
    public ClusterApi(KubernetesClient client, String manager) {
        this.client = client;
        this.manager = manager;
    }

    /**
     * What the server said.
     *
     * @param code the HTTP status; 0 if there was no answer
     * @param body the object, or a {@code Status} that says what is wrong
     */
    public record Answer(int code, JsonNode body) {

        /** Whether it was done. */
        public boolean done() {
            return code >= 200 && code < 300;
        }

        /** What is wrong, for people. */
        public String problem() {
            return code + " " + body.path("message").asText(body.toString());
        }
    }

    /**
     * Applies an object, or its status (server-side apply). Fields that another manager owns become ours.
     *
     * @param path such as {@code /apis/apps/v1/namespaces/shop/deployments/proxy}
     */
    public Answer apply(String path, ObjectNode object) {
        return send(
                "PATCH",
                path + "?fieldManager=" + URLEncoder.encode(manager, StandardCharsets.UTF_8)
                        + "&force=true&fieldValidation=Strict",
                "application/apply-patch+yaml",
                object);
    }

    /** Changes some fields of an object (merge patch); {@code null} removes one. */
    public Answer merge(String path, ObjectNode fields) {
        return send("PATCH", path, "application/merge-patch+json", fields);
    }

    /** Creates an object. */
    public Answer create(String path, ObjectNode object) {
        return send("POST", path, "application/json", object);
    }

    /** Reads an object. */
    public Answer read(String path) {
        return send(
                client.getHttpClient().newHttpRequestBuilder().uri(uri(path)).build());
    }

    /** Asks several things at once; the results in the order of the questions. The caller waits for all. */
    public static <Q, R> List<R> together(List<Q> questions, Function<Q, R> ask) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return questions.stream()
                    .map(question -> CompletableFuture.supplyAsync(() -> ask.apply(question), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        }
    }

    /** Deletes an object; what it owns goes with it. */
    public Answer delete(String path) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.put("kind", "DeleteOptions").put("apiVersion", "v1").put("propagationPolicy", "Background");
        return send("DELETE", path, "application/json", options);
    }

    private Answer send(String method, String path, String type, ObjectNode object) {
        return send(client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(uri(path))
                .method(method, type, object.toString())
                .build());
    }

    private URI uri(String path) {
        String base = client.getMasterUrl().toString();
        return URI.create(base.endsWith("/") ? base.substring(0, base.length() - 1) + path : base + path);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response =
                    client.getHttpClient().sendAsync(request, String.class).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return new Answer(response.code(), parse(response.bodyString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failure(e);
        } catch (ExecutionException | CompletionException | TimeoutException e) {
            return failure(e);
        } catch (IOException e) {
            return failure(e);
        }
    }

    private static JsonNode parse(String body) {
        try {
            return body.isEmpty() ? JsonNodeFactory.instance.missingNode() : MAPPER.readTree(body);
        } catch (IOException notJson) {
            return JsonNodeFactory.instance.textNode(body);
        }
    }

    private static Answer failure(Exception failure) {
        return new Answer(0, JsonNodeFactory.instance.textNode(String.valueOf(failure)));
    }
}
