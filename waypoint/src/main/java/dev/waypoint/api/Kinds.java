package dev.waypoint.api;

import dev.waypoint.api.Kind.Layout;
import dev.waypoint.api.Kind.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All kinds that are understood. */
public final class Kinds {
    /** The group of the Gateway API. */
    public static final String GATEWAY_API = "gateway.networking.k8s.io";
    /** The group of the Gateway API's experiments. */
    public static final String GATEWAY_API_EXPERIMENTAL = "gateway.networking.x-k8s.io";
    /** The group of our own kinds. */
    public static final String WAYPOINT = "waypoint.dev";

    public static final Kind<GatewayClass> GATEWAY_CLASS = new Kind<>(
            GATEWAY_API, "GatewayClass", List.of("v1", "v1beta1"), Scope.CLUSTER, Layout.SPEC, GatewayClass.class);
    public static final Kind<Gateway> GATEWAY = gatewayApi("Gateway", Gateway.class, "v1", "v1beta1");
    public static final Kind<ListenerSet> LISTENER_SET = gatewayApi("ListenerSet", ListenerSet.class, "v1");
    public static final Kind<HttpRoute> HTTP_ROUTE = gatewayApi("HTTPRoute", HttpRoute.class, "v1", "v1beta1");
    public static final Kind<GrpcRoute> GRPC_ROUTE = gatewayApi("GRPCRoute", GrpcRoute.class, "v1");
    public static final Kind<ReferenceGrant> REFERENCE_GRANT =
            gatewayApi("ReferenceGrant", ReferenceGrant.class, "v1", "v1beta1");
    public static final Kind<BackendTlsPolicy> BACKEND_TLS_POLICY =
            gatewayApi("BackendTLSPolicy", BackendTlsPolicy.class, "v1");

    public static final Kind<Mesh> MESH =
            new Kind<>(GATEWAY_API_EXPERIMENTAL, "XMesh", List.of("v1alpha1"), Scope.CLUSTER, Layout.SPEC, Mesh.class);

    public static final Kind<Service> SERVICE =
            new Kind<>("", "Service", List.of("v1"), Scope.NAMESPACED, Layout.SPEC, Service.class);
    public static final Kind<EndpointSlice> ENDPOINT_SLICE = new Kind<>(
            "discovery.k8s.io", "EndpointSlice", List.of("v1"), Scope.NAMESPACED, Layout.DOCUMENT, EndpointSlice.class);
    public static final Kind<Secret> SECRET =
            new Kind<>("", "Secret", List.of("v1"), Scope.NAMESPACED, Layout.DOCUMENT, Secret.class);
    public static final Kind<ConfigMap> CONFIG_MAP =
            new Kind<>("", "ConfigMap", List.of("v1"), Scope.NAMESPACED, Layout.DOCUMENT, ConfigMap.class);
    public static final Kind<Namespace> NAMESPACE =
            new Kind<>("", "Namespace", List.of("v1"), Scope.CLUSTER, Layout.SPEC, Namespace.class);
    public static final Kind<Pod> POD =
            new Kind<>("", "Pod", List.of("v1"), Scope.NAMESPACED, Layout.STATUS, Pod.class);

    public static final Kind<TrafficPolicy> TRAFFIC_POLICY = own("TrafficPolicy", TrafficPolicy.class);
    public static final Kind<HttpFilter> HTTP_FILTER = own("HttpFilter", HttpFilter.class);
    public static final Kind<RateLimitPolicy> RATE_LIMIT_POLICY = own("RateLimitPolicy", RateLimitPolicy.class);
    public static final Kind<ExtProcPolicy> EXT_PROC_POLICY = own("ExtProcPolicy", ExtProcPolicy.class);
    public static final Kind<ExtProcProvider> EXT_PROC_PROVIDER = own("ExtProcProvider", ExtProcProvider.class);
    public static final Kind<WaypointParameters> WAYPOINT_PARAMETERS =
            own("WaypointParameters", WaypointParameters.class);

    /** Made by us of what cannot be read; nobody writes it, so it is not among {@link #ALL}. */
    public static final Kind<UnreadablePolicy> UNREADABLE_POLICY = own("UnreadablePolicy", UnreadablePolicy.class);

    /** All of them. */
    public static final List<Kind<?>> ALL = List.of(
            GATEWAY_CLASS,
            GATEWAY,
            LISTENER_SET,
            HTTP_ROUTE,
            GRPC_ROUTE,
            REFERENCE_GRANT,
            BACKEND_TLS_POLICY,
            MESH,
            SERVICE,
            ENDPOINT_SLICE,
            SECRET,
            CONFIG_MAP,
            NAMESPACE,
            POD,
            TRAFFIC_POLICY,
            HTTP_FILTER,
            RATE_LIMIT_POLICY,
            EXT_PROC_POLICY,
            EXT_PROC_PROVIDER,
            WAYPOINT_PARAMETERS);

    private static final Map<GroupKind, Kind<?>> BY_NAME = ALL.stream()
            .collect(Collectors.toMap(kind -> new GroupKind(kind.group(), kind.name()), Function.identity()));

    private record GroupKind(String group, String name) {}

    private Kinds() {}

    /** The kind of that group and name, whatever the version. */
    public static Optional<Kind<?>> find(String group, String name) {
        return Optional.ofNullable(BY_NAME.get(new GroupKind(group, name)));
    }

    private static <T extends Record> Kind<T> gatewayApi(String name, Class<T> type, String... versions) {
        return new Kind<>(GATEWAY_API, name, List.of(versions), Scope.NAMESPACED, Layout.SPEC, type);
    }

    private static <T extends Record> Kind<T> own(String name, Class<T> type) {
        return new Kind<>(WAYPOINT, name, List.of("v1alpha1"), Scope.NAMESPACED, Layout.SPEC, type);
    }
}
