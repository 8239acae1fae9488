package dev.waypoint.control.provision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Gateway;
import dev.waypoint.api.WaypointParameters;
import dev.waypoint.control.ProxyLaunch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The pods of a proxy's Deployment. They pass the restricted pod security standard. */
final class ProxyPod {

    private static final Duration GRACE = Duration.ofSeconds(45);
    private static final int TOKEN_SECONDS = 3600;
    private static final int USER = 65532;

    private final ProxyDemand demand;
    private final ProxyDemand.Setup setup;
    private final Own own;
    private final Map<String, String> labels;

    /** Asks for a parameter. */
    interface Own {
        <T> Optional<T> get(Function<WaypointParameters.Deployment, Optional<T>> field);
    }

    ProxyPod(ProxyDemand demand, ProxyDemand.Setup setup, Own own, Map<String, String> labels) {
        this.demand = demand;
        this.setup = setup;
        this.own = own;
        this.labels = labels;
    }

    ObjectNode template() {
        ObjectNode template = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = template.putObject("metadata");
        ObjectNode written = metadata.putObject("labels");
        labels.forEach(written::put);
        ObjectNode annotations = metadata.putObject("annotations");
        annotations
                .put("prometheus.io/scrape", "true")
                .put("prometheus.io/port", String.valueOf(ProxyLaunch.METRICS_PORT))
                .put("prometheus.io/path", "/stats/prometheus");
        // Another Secret is another identity: it makes new pods, which all have the same one.
        demand.sessions().ifPresent(uid -> annotations.put("waypoint.dev/session-secret", uid));
        ProxyManifests.infrastructure(demand, Gateway.Infrastructure::annotations)
                .forEach(annotations::put);
        ObjectNode spec = template.putObject("spec");
        spec.put("serviceAccountName", demand.plane().name())
                .put("automountServiceAccountToken", false)
                .put("enableServiceLinks", false)
                .put(
                        "terminationGracePeriodSeconds",
                        own.get(WaypointParameters.Deployment::terminationGracePeriod)
                                .orElse(GRACE)
                                .toSeconds());
        security(spec);
        placement(spec);
        container(spec.putArray("containers").addObject());
        volumes(spec.putArray("volumes"));
        return template;
    }

    private void security(ObjectNode spec) {
        ObjectNode security = spec.putObject("securityContext");
        security.put("runAsNonRoot", true)
                .put("runAsUser", USER)
                .put("runAsGroup", USER)
                .put("fsGroup", USER);
        security.putObject("seccompProfile").put("type", "RuntimeDefault");
        if (demand.mesh()) {
            // Connections to Services arrive at the Services' own ports, of which some are below 1024.
            security.putArray("sysctls")
                    .addObject()
                    .put("name", "net.ipv4.ip_unprivileged_port_start")
                    .put("value", "0");
        }
    }

    private void placement(ObjectNode spec) {
        set(spec, "nodeSelector", own.get(WaypointParameters.Deployment::nodeSelector));
        set(spec, "affinity", own.get(WaypointParameters.Deployment::affinity));
        set(spec, "tolerations", own.get(WaypointParameters.Deployment::tolerations));
        set(spec, "topologySpreadConstraints", own.get(WaypointParameters.Deployment::topologySpreadConstraints));
    }

    private static void set(ObjectNode node, String field, Optional<JsonNode> value) {
        value.ifPresent(present -> node.set(field, present));
    }

    private void container(ObjectNode container) {
        container
                .put("name", "proxy")
                .put("image", own.get(WaypointParameters.Deployment::image).orElse(setup.image()));
        ArrayNode arguments = container.putArray("args");
        ProxyLaunch.arguments(demand.plane(), setup.controller()).forEach(arguments::add);
        ArrayNode environment = container.putArray("env");
        fieldRef(environment, ProxyLaunch.POD_NAME, "metadata.name");
        fieldRef(environment, ProxyLaunch.POD_NAMESPACE, "metadata.namespace");
        ArrayNode ports = container.putArray("ports");
        port(ports, "metrics", ProxyLaunch.METRICS_PORT);
        port(ports, "health", ProxyLaunch.HEALTH_PORT);
        probe(container.putObject("startupProbe"), "/healthz/live", 1, 60);
        probe(container.putObject("readinessProbe"), "/healthz/ready", 2, 3);
        probe(container.putObject("livenessProbe"), "/healthz/live", 10, 6);
        ObjectNode resources = container.putObject("resources");
        own.get(WaypointParameters.Deployment::resources)
                .ifPresentOrElse(wanted -> container.set("resources", wanted), () -> {
                    resources.putObject("requests").put("cpu", "100m").put("memory", "256Mi");
                    resources.putObject("limits").put("memory", "1Gi");
                });
        ObjectNode security = container.putObject("securityContext");
        security.put("allowPrivilegeEscalation", false).put("readOnlyRootFilesystem", true);
        security.putObject("capabilities").putArray("drop").add("ALL");
        ArrayNode mounts = container.putArray("volumeMounts");
        mount(mounts, "token", folder(ProxyLaunch.TOKEN_FILE), true);
        mount(mounts, "authorities", folder(ProxyLaunch.AUTHORITIES_FILE), true);
        mount(mounts, "sessions", folder(ProxyLaunch.SESSION_SECRET_FILE), true);
        mount(mounts, "state", ProxyLaunch.STATE_FOLDER, false);
        mount(mounts, "tmp", "/tmp", false);
    }

    private static String folder(String file) {
        return String.valueOf(Path.of(file).getParent());
    }

    private static void fieldRef(ArrayNode environment, String name, String path) {
        environment
                .addObject()
                .put("name", name)
                .putObject("valueFrom")
                .putObject("fieldRef")
                .put("apiVersion", "v1")
                .put("fieldPath", path);
    }

    private static void port(ArrayNode ports, String name, int port) {
        ports.addObject().put("name", name).put("containerPort", port).put("protocol", "TCP");
    }

    private static void probe(ObjectNode probe, String path, int seconds, int failures) {
        probe.putObject("httpGet").put("path", path).put("port", ProxyLaunch.HEALTH_PORT);
        probe.put("periodSeconds", seconds).put("failureThreshold", failures);
    }

    private static void mount(ArrayNode mounts, String name, String path, boolean readOnly) {
        ObjectNode mount = mounts.addObject().put("name", name).put("mountPath", path);
        if (readOnly) {
            mount.put("readOnly", true);
        }
    }

    private void volumes(ArrayNode volumes) {
        ObjectNode token = volumes.addObject().put("name", "token").putObject("projected");
        token.putArray("sources")
                .addObject()
                .putObject("serviceAccountToken")
                .put("audience", ProxyLaunch.TOKEN_AUDIENCE)
                .put("expirationSeconds", TOKEN_SECONDS)
                .put("path", "token");
        volumes.addObject()
                .put("name", "authorities")
                .putObject("configMap")
                .put("name", ProxyManifests.authorities(demand.plane()));
        // Without it, each proxy makes one up for itself.
        volumes.addObject()
                .put("name", "sessions")
                .putObject("secret")
                .put("secretName", ResourceNames.sessions(demand.plane()))
                .put("optional", true);
        volumes.addObject()
                .put("name", "state")
                .putObject("emptyDir")
                .put("medium", "Memory")
                .put("sizeLimit", "64Mi");
        volumes.addObject().put("name", "tmp").putObject("emptyDir");
    }
}
