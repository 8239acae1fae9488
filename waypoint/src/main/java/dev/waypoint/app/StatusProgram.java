package dev.waypoint.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.StatusRequest;
import dev.waypoint.source.kubernetes.ClusterApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;

/** {@code waypoint status}: reads once, prints, ends. */
final class StatusProgram {

    private static final String OURS = "waypoint.dev/v1alpha1";
    private static final String GATEWAY_API = "gateway.networking.k8s.io/v1";

    /** What is shown. */
    private static final List<Listed> KINDS = List.of(
            new Listed(GATEWAY_API, "Gateway", "gateways"),
            new Listed(GATEWAY_API, "ListenerSet", "listenersets"),
            new Listed(GATEWAY_API, "HTTPRoute", "httproutes"),
            new Listed(GATEWAY_API, "GRPCRoute", "grpcroutes"),
            new Listed(GATEWAY_API, "BackendTLSPolicy", "backendtlspolicies"),
            new Listed(OURS, "TrafficPolicy", "trafficpolicies"),
            new Listed(OURS, "RateLimitPolicy", "ratelimitpolicies"),
            new Listed(OURS, "ExtProcPolicy", "extprocpolicies"),
            new Listed(OURS, "HttpFilter", "httpfilters"));

    private record Listed(String version, String kind, String plural) {}

    private final StatusRequest request;
    private final PrintWriter out;
    private final PrintWriter err;

    StatusProgram(StatusRequest request, PrintWriter out, PrintWriter err) {
        this.request = request;
        this.out = out;
        this.err = err;
    }

    int run(KubernetesClient client) {
        ClusterApi api = new ClusterApi(client, "waypoint-status");
        String namespace =
                request.namespace().map(name -> "/namespaces/" + name).orElse("");
        List<String> paths = new ArrayList<>();
        KINDS.forEach(listed -> paths.add("/apis/" + listed.version() + namespace + "/" + listed.plural()));
        paths.add("/api/v1" + namespace + "/services");
        List<ClusterApi.Answer> answers = ClusterApi.together(paths, api::read);
        List<JsonNode> objects = new ArrayList<>();
        for (int i = 0; i < KINDS.size(); i++) {
            Listed listed = KINDS.get(i);
            ClusterApi.Answer answer = answers.get(i);
            if (answer.done()) {
                // The entries of a list do not say their kind.
                answer.body()
                        .path("items")
                        .forEach(item -> objects.add(
                                item instanceof ObjectNode object ? object.put("kind", listed.kind()) : item));
            } else if (answer.code() != HttpURLConnection.HTTP_NOT_FOUND) {
                err.println("waypoint: " + listed.plural() + " cannot be listed: " + answer.problem());
                return ExitCode.NO_INPUT;
            }
        }
        answers.getLast().body().path("items").forEach(item -> {
            if (item instanceof ObjectNode service && isSpokenOf(service)) {
                objects.add(service.put("kind", "Service"));
            }
        });
        return print(objects);
    }

    private int print(List<JsonNode> objects) {
        if (objects.isEmpty()) {
            out.println("there are no Gateways, routes and policies");
            return ExitCode.OK;
        }
        List<String> wrong = new ArrayList<>();
        out.print(AttachmentPage.of(objects, wrong));
        out.flush();
        return wrong.isEmpty() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    /** Of most Services the controller has nothing to say. */
    private static boolean isSpokenOf(JsonNode service) {
        return service.at("/status/conditions").findValuesAsText("type").stream()
                .anyMatch(type -> type.startsWith("waypoint.dev/"));
    }
}
