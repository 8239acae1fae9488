package dev.waypoint.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.cli.ConfigRequest;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.control.ProxyLabels;
import dev.waypoint.control.ProxyLaunch;
import dev.waypoint.source.kubernetes.ClusterApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code waypoint config}: asks the admin page of a proxy in a pod, which listens on the pod's loopback only, through a port that the
 * API server forwards for a moment.
 */
final class PodConfigProgram {

    /** What does not come through the proxy's own pod in this time does not come. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ConfigRequest request;
    private final PrintWriter out;
    private final PrintWriter err;

    PodConfigProgram(ConfigRequest request, PrintWriter out, PrintWriter err) {
        this.request = request;
        this.out = out;
        this.err = err;
    }

    /** Why a pod cannot be asked; the message is for the user. */
    private static final class NotAskable extends Exception {
        private static final long serialVersionUID = 1;

        NotAskable(String message) {
            super(message);
        }
    }

    int run(KubernetesClient client) {
        String namespace = request.namespace()
                .or(() -> Optional.ofNullable(client.getNamespace()))
                .orElse("default");
        try {
            ClusterApi api = new ClusterApi(client, "waypoint-config");
            int port = adminPort(api, namespace);
            requireRight(api, namespace);
            JsonNode config = fetch(client, namespace, port);
            if (request.json()) {
                out.println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(config));
            } else {
                out.print(PodConfigPage.of(namespace + "/" + request.pod(), config));
            }
            out.flush();
            boolean good = config.path("snapshot").asLong() > 0
                    && config.at("/stream/refused").isEmpty();
            return good ? ExitCode.OK : ExitCode.NEGATIVE;
        } catch (NotAskable e) {
            err.println("waypoint: pod " + namespace + "/" + request.pod() + " " + e.getMessage());
            return ExitCode.NO_INPUT;
        } catch (IOException e) {
            throw new IllegalStateException("a tree of data can always be written", e);
        }
    }

    /** The port of the admin page of a pod that is a running proxy. */
    private int adminPort(ClusterApi api, String namespace) throws NotAskable {
        ClusterApi.Answer answer = api.read("/api/v1/namespaces/" + namespace + "/pods/" + request.pod());
        if (answer.code() == HttpURLConnection.HTTP_NOT_FOUND) {
            throw new NotAskable("does not exist; 'kubectl get pods -n " + namespace + " -l " + ProxyLabels.NAME + "="
                    + ProxyLabels.PROXY + "' lists the proxies");
        }
        if (!answer.done()) {
            throw new NotAskable("cannot be read: " + answer.problem());
        }
        JsonNode pod = answer.body();
        String name = pod.path("metadata").path("labels").path(ProxyLabels.NAME).asText("");
        if (!name.equals(ProxyLabels.PROXY)) {
            throw new NotAskable("is no proxy of Waypoint: its label " + ProxyLabels.NAME + " is '" + name
                    + "', expected '" + ProxyLabels.PROXY + "'");
        }
        String phase = pod.at("/status/phase").asText("unknown");
        if (!phase.equals("Running")) {
            throw new NotAskable("is " + phase + ", expected Running" + waiting(pod));
        }
        if (!isReady(pod)) {
            err.println("waypoint: pod " + namespace + "/" + request.pod() + " is not ready" + waiting(pod)
                    + "; this is what it has all the same");
        }
        return portArgument(pod);
    }

    private static boolean isReady(JsonNode pod) {
        for (JsonNode condition : pod.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static String waiting(JsonNode pod) {
        for (JsonNode status : pod.at("/status/containerStatuses")) {
            JsonNode waiting = status.at("/state/waiting");
            if (waiting.isObject()) {
                String message = waiting.path("message").asText("");
                return ": " + waiting.path("reason").asText("waiting") + (message.isEmpty() ? "" : ", " + message);
            }
        }
        return "";
    }

    private static int portArgument(JsonNode pod) {
        String previous = "";
        for (JsonNode argument : pod.at("/spec/containers/0/args")) {
            String text = argument.asText();
            String value = previous.equals("--admin-port")
                    ? text
                    : text.startsWith("--admin-port=") ? text.substring("--admin-port=".length()) : "";
            if (value.matches("[0-9]{1,5}")) {
                return Integer.parseInt(value);
            }
            previous = text;
        }
        return ProxyLaunch.ADMIN_PORT;
    }

    /** A refused port-forward says little; so the cluster is asked first. Where that may not be asked, it is just tried. */
    private static void requireRight(ClusterApi api, String namespace) throws NotAskable {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
        review.putObject("spec")
                .putObject("resourceAttributes")
                .put("namespace", namespace)
                .put("verb", "create")
                .put("resource", "pods")
                .put("subresource", "portforward");
        ClusterApi.Answer answer = api.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review);
        if (answer.done() && !answer.body().at("/status/allowed").asBoolean()) {
            throw new NotAskable("cannot be asked: you may not forward ports there; that needs the verb 'create' on"
                    + " 'pods/portforward' in namespace " + namespace);
        }
    }

    private JsonNode fetch(KubernetesClient client, String namespace, int port) throws NotAskable {
        try (LocalPortForward forward = client.pods()
                        .inNamespace(namespace)
                        .withName(request.pod())
                        .portForward(port, InetAddress.getLoopbackAddress(), 0);
                HttpClient http =
                        HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            try {
                HttpResponse<byte[]> response = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/config"))
                                .timeout(PATIENCE)
                                .version(HttpClient.Version.HTTP_1_1)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() != HttpURLConnection.HTTP_OK) {
                    throw new NotAskable("answered " + response.statusCode() + " at its admin port " + port);
                }
                return MAPPER.readTree(response.body());
            } catch (IOException e) {
                throw new NotAskable("cannot be asked: its admin port " + port + " does not answer"
                        + forward.getServerThrowables().stream()
                                .findFirst()
                                .map(cause -> ": " + cause.getMessage())
                                .orElse(": " + e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NotAskable("was not asked to the end");
            }
        } catch (IOException e) {
            throw new NotAskable("cannot be asked: " + e.getMessage());
        }
    }
}
