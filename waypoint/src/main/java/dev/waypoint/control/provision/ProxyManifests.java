package dev.waypoint.control.provision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Gateway;
import dev.waypoint.api.WaypointParameters;
import dev.waypoint.api.WaypointParameters.Isolation;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyLabels;
import dev.waypoint.control.provision.ProxyDemand.PortDemand;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Writes the objects that a Gateway needs to run, as they are applied. */
final class ProxyManifests {

    static final String GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";
    static final String CLASS_NAME = "gateway.networking.k8s.io/gateway-class-name";
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String MANAGER = "waypoint.dev-controller";
    static final String CLUSTER_IP = "ClusterIP";
    static final String LOAD_BALANCER = "LoadBalancer";
    static final String LOAD_BALANCER_IP = "loadBalancerIP";
    private static final int CPU_PERCENT = 70;

    private final ProxyDemand demand;
    private final ProxyDemand.Setup setup;

    private ProxyManifests(ProxyDemand demand, ProxyDemand.Setup setup) {
        this.demand = demand;
        this.setup = setup;
    }

    /** An object with the place that it is applied to. */
    record Manifest(OwnedKind kind, ObjectNode object) {
        String path() {
            JsonNode metadata = object.path("metadata");
            return kind.path(
                    metadata.path("namespace").asText(), metadata.path("name").asText());
        }
    }

    /** The account that everything else is made for. */
    static Manifest account(ProxyDemand demand, ProxyDemand.Setup setup) {
        ObjectNode account = new ProxyManifests(demand, setup).object(OwnedKind.SERVICE_ACCOUNT);
        account.put("automountServiceAccountToken", false);
        return new Manifest(OwnedKind.SERVICE_ACCOUNT, account);
    }

    /** All other objects, in the order in which they are needed. */
    static List<Manifest> of(ProxyDemand demand, ProxyDemand.Setup setup) {
        return new ProxyManifests(demand, setup).all();
    }

    private List<Manifest> all() {
        List<Manifest> all = new ArrayList<>();
        ObjectNode authorities = object(OwnedKind.CONFIG_MAP);
        authorities.putObject("data").put("ca.crt", setup.authorities());
        all.add(new Manifest(OwnedKind.CONFIG_MAP, authorities));
        all.add(new Manifest(OwnedKind.SERVICE, service()));
        ObjectNode deployment = object(OwnedKind.DEPLOYMENT);
        ObjectNode spec = deployment.putObject("spec");
        if (maxReplicas().isEmpty()) {
            spec.put("replicas", replicas());
        }
        spec.putObject("selector").set("matchLabels", selector());
        spec.set("template", new ProxyPod(demand, setup, this::own, podLabels()).template());
        all.add(new Manifest(OwnedKind.DEPLOYMENT, deployment));
        maxReplicas().ifPresent(max -> all.add(new Manifest(OwnedKind.AUTOSCALER, autoscaler(max))));
        own(WaypointParameters.Deployment::minAvailable)
                .ifPresent(min -> all.add(new Manifest(OwnedKind.DISRUPTION_BUDGET, disruptionBudget(min))));
        Isolation isolation = demand.parameters().stream()
                .flatMap(parameters -> parameters.networkPolicy().stream())
                .findFirst()
                .orElse(Isolation.NONE);
        if (isolation != Isolation.NONE) {
            ObjectNode policy = object(OwnedKind.NETWORK_POLICY);
            policy.set("spec", ProxyConnections.policy(demand, isolation, selector()));
            all.add(new Manifest(OwnedKind.NETWORK_POLICY, policy));
        }
        return all;
    }

    /** The first that says it: the Gateway's own parameters, or those of its class. */
    private <T> Optional<T> own(Function<WaypointParameters.Deployment, Optional<T>> field) {
        return demand.parameters().stream()
                .flatMap(parameters -> parameters.deployment().flatMap(field).stream())
                .findFirst();
    }

    private <T> Optional<T> ofService(Function<WaypointParameters.ServiceTemplate, Optional<T>> field) {
        return demand.parameters().stream()
                .flatMap(parameters -> parameters.service().flatMap(field).stream())
                .findFirst();
    }

    private int replicas() {
        return own(WaypointParameters.Deployment::replicas).orElse(1);
    }

    private Optional<Integer> maxReplicas() {
        return own(WaypointParameters.Deployment::maxReplicas).filter(max -> max > replicas());
    }

    /** Cannot be changed later: that of shared proxies must not speak of a Gateway, which may leave. */
    private ObjectNode selector() {
        ObjectNode selector = JsonNodeFactory.instance.objectNode();
        if (demand.owners().shared()) {
            selector.put(ProxyLabels.NAME, ProxyLabels.PROXY);
        } else {
            selector.put(
                    GATEWAY_NAME, ResourceNames.label(demand.owners().first().name()));
        }
        return selector.put(ProxyLabels.INSTANCE, demand.plane().name());
    }

    private Map<String, String> labels() {
        Map<String, String> labels = infrastructure(demand, Gateway.Infrastructure::labels);
        Resource<Gateway> first = demand.owners().first();
        if (!demand.owners().shared()) {
            labels.put(GATEWAY_NAME, ResourceNames.label(first.name()));
        }
        labels.put(CLASS_NAME, ResourceNames.label(first.spec().gatewayClassName()));
        labels.put(MANAGED_BY, MANAGER);
        labels.put(ProxyLabels.NAME, ProxyLabels.PROXY);
        labels.put(ProxyLabels.INSTANCE, demand.plane().name());
        return labels;
    }

    /** Labels or annotations of the infrastructure; where Gateways do not agree, the oldest decides. */
    static Map<String, String> infrastructure(
            ProxyDemand demand, Function<Gateway.Infrastructure, Map<String, String>> part) {
        Map<String, String> all = new TreeMap<>();
        demand.owners().gateways().stream()
                .flatMap(gateway -> gateway.spec().infrastructure().stream())
                .map(part)
                .forEach(own -> own.forEach(all::putIfAbsent));
        return all;
    }

    private Map<String, String> podLabels() {
        Map<String, String> labels = labels();
        // A mesh must not lead the waypoint's own calls to itself, or wrap them once more.
        labels.put("istio.io/dataplane-mode", "none");
        return labels;
    }

    private ObjectNode object(OwnedKind kind) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", kind.name(demand.plane()))
                .put("namespace", demand.plane().namespace());
        ObjectNode labels = metadata.putObject("labels");
        labels().forEach(labels::put);
        Map<String, String> annotations = infrastructure(demand, Gateway.Infrastructure::annotations);
        if (!annotations.isEmpty()) {
            ObjectNode written = metadata.putObject("annotations");
            annotations.forEach(written::put);
        }
        owners(metadata.putArray("ownerReferences"));
        return object;
    }

    /** The cluster removes an object with the last of its owners. Only one may be its controller: of several, none is. */
    private void owners(ArrayNode references) {
        for (Resource<Gateway> gateway : demand.owners().gateways()) {
            ObjectNode reference = references
                    .addObject()
                    .put("apiVersion", "gateway.networking.k8s.io/v1")
                    .put("kind", "Gateway")
                    .put("name", gateway.name())
                    .put("uid", gateway.meta().uid());
            if (!demand.owners().shared()) {
                reference.put("controller", true);
            }
            reference.put("blockOwnerDeletion", true);
        }
    }

    private ObjectNode service() {
        ObjectNode service = object(OwnedKind.SERVICE);
        ObjectNode spec = service.putObject("spec");
        String type =
                ofService(WaypointParameters.ServiceTemplate::type).orElse(demand.mesh() ? CLUSTER_IP : LOAD_BALANCER);
        spec.put("type", type);
        spec.set("selector", selector());
        ArrayNode ports = spec.putArray("ports");
        for (PortDemand port : demand.ports()) {
            ports.addObject()
                    .put("name", "port-" + port.port())
                    .put("port", port.port())
                    .put("targetPort", port.target())
                    .put("protocol", "TCP");
        }
        if (type.equals(LOAD_BALANCER)) {
            ofService(WaypointParameters.ServiceTemplate::loadBalancerClass)
                    .ifPresent(name -> spec.put("loadBalancerClass", name));
            ofService(WaypointParameters.ServiceTemplate::externalTrafficPolicy)
                    .ifPresent(policy -> spec.put("externalTrafficPolicy", policy));
            address(spec);
        }
        return service;
    }

    /** A load balancer is asked for one address only; which others it gives is seen afterwards. */
    private void address(ObjectNode spec) {
        demand.owners().gateways().stream()
                .flatMap(gateway -> gateway.spec().addresses().stream())
                .filter(address -> address.type().equals("IPAddress"))
                .flatMap(address -> address.value().stream())
                .findFirst()
                .ifPresent(wanted -> spec.put(LOAD_BALANCER_IP, wanted));
    }

    private ObjectNode autoscaler(int max) {
        ObjectNode autoscaler = object(OwnedKind.AUTOSCALER);
        ObjectNode spec = autoscaler.putObject("spec");
        spec.putObject("scaleTargetRef")
                .put("apiVersion", "apps/v1")
                .put("kind", "Deployment")
                .put("name", demand.plane().name());
        spec.put("minReplicas", replicas()).put("maxReplicas", max);
        ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
        metric.putObject("resource")
                .put("name", "cpu")
                .putObject("target")
                .put("type", "Utilization")
                .put("averageUtilization", CPU_PERCENT);
        return autoscaler;
    }

    private ObjectNode disruptionBudget(int min) {
        ObjectNode budget = object(OwnedKind.DISRUPTION_BUDGET);
        ObjectNode spec = budget.putObject("spec").put("minAvailable", min);
        spec.putObject("selector").set("matchLabels", selector());
        return budget;
    }

    /** The name of the ConfigMap with the controller's authorities. */
    static String authorities(DataPlane plane) {
        return OwnedKind.CONFIG_MAP.name(plane);
    }
}
