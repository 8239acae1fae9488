package dev.waypoint.control.provision;

import dev.waypoint.control.DataPlane;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** The kinds of objects that are made for Gateways. */
enum OwnedKind {
    SERVICE_ACCOUNT("", "v1", "ServiceAccount", "serviceaccounts"),
    CONFIG_MAP("", "v1", "ConfigMap", "configmaps"),
    SERVICE("", "v1", "Service", "services"),
    DEPLOYMENT("apps", "v1", "Deployment", "deployments"),
    AUTOSCALER("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    DISRUPTION_BUDGET("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets"),
    NETWORK_POLICY("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies");

    private static final String AUTHORITIES_SUFFIX = "-ca";
    private static final int MAX_NAME = 253;

    private final String group;
    private final String version;
    private final String kind;
    private final String plural;

    OwnedKind(String group, String version, String kind, String plural) {
        this.group = group;
        this.version = version;
        this.kind = kind;
        this.plural = plural;
    }

    String kind() {
        return kind;
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The name of the object of this kind. */
    String name(DataPlane plane) {
        return this == CONFIG_MAP && plane.name().length() < MAX_NAME
                ? plane.name() + AUTHORITIES_SUFFIX
                : plane.name();
    }

    String path(String namespace, String name) {
        return (group.isEmpty() ? "/api/" : "/apis/" + group + "/") + version + "/namespaces/" + namespace + "/"
                + plural + "/" + name;
    }

    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group.isEmpty() ? null : group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
