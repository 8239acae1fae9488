package dev.waypoint.control;

import java.util.Map;
import java.util.Optional;

/** The labels by which the pods of proxies are known. Selectors of Deployments hold them, so they never change. */
public final class ProxyLabels {

    /** Says what runs in a pod. */
    public static final String NAME = "app.kubernetes.io/name";

    /** The value of {@link #NAME} for proxies. */
    public static final String PROXY = "waypoint-proxy";

    /** Says which data plane a proxy belongs to, by its name. */
    public static final String INSTANCE = "app.kubernetes.io/instance";

    private ProxyLabels() {}

    /** The name of the data plane that a pod belongs to; empty if it is no proxy. */
    public static Optional<String> plane(Map<String, String> labels) {
        return Optional.ofNullable(labels.get(INSTANCE))
                .filter(plane -> PROXY.equals(labels.get(NAME)) && !plane.isEmpty());
    }
}
