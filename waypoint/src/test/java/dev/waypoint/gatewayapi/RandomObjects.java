package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectMeta;
import dev.waypoint.config.RecordReader;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Objects of few names and many forms, right and wrong, that have much to do with each other: so that a change of any of them is likely to
 * touch others.
 */
final class RandomObjects {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final int NAMES = 6;
    private static final List<String> HOSTS =
            List.of("a.example", "b.example", "*.example", "deep.a.example", "*.a.example", "other.test");
    private static final List<String> NAMESPACES = List.of("shop", "shop", "shop", "edge");

    private final Random random;
    private final List<Supplier<Resource<?>>> makers = List.of(
            this::route,
            this::route,
            this::route,
            this::grpcRoute,
            this::gateway,
            this::listenerSet,
            this::service,
            this::slice,
            this::slice,
            this::pod,
            this::namespace,
            this::gatewayClass,
            this::parameters,
            this::grant,
            this::httpFilter,
            this::trafficPolicy,
            this::rateLimitPolicy,
            this::secret);

    RandomObjects(long seed) {
        this.random = new Random(seed);
    }

    /** Objects to begin with. */
    ResourceSet first() {
        ResourceSet.Builder builder = ResourceSet.EMPTY.change();
        for (int i = 0; i < 10 * makers.size(); i++) {
            builder.put(pick(makers).get());
        }
        return builder.put(object(Kinds.GATEWAY_CLASS, "waypoint", "{controllerName: waypoint.dev/controller}"))
                .build();
    }

    /** One to four changes. */
    ResourceSet changed(ResourceSet set) {
        ResourceSet.Builder builder = set.change();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            Resource<?> made = pick(makers).get();
            if (random.nextInt(5) == 0) {
                builder.remove(made.ref());
            } else {
                builder.put(made);
            }
        }
        return builder.build();
    }

    private <E> E pick(List<E> of) {
        return of.get(random.nextInt(of.size()));
    }

    private boolean chance() {
        return random.nextInt(3) == 0;
    }

    private String name(String prefix) {
        return prefix + random.nextInt(NAMES);
    }

    private String parents() {
        String service = "{group: \"\", kind: Service, name: %s, port: 80}".formatted(name("s"));
        String gateway = "{name: %s%s}".formatted(name("g"), chance() ? ", sectionName: web" : "");
        String elsewhere = "{name: %s, namespace: edge}".formatted(name("g"));
        String set = "{kind: ListenerSet, name: %s}".formatted(name("l"));
        return pick(List.of(
                gateway,
                gateway,
                gateway + ", " + elsewhere,
                gateway + ", " + gateway,
                service,
                service + ", " + gateway,
                set));
    }

    private String hostnames() {
        return pick(List.of(
                "",
                "hostnames: [\"%s\"], ".formatted(pick(HOSTS)),
                "hostnames: [\"%s\", \"%s\"], ".formatted(pick(HOSTS), pick(HOSTS))));
    }

    private String backend() {
        return "{name: %s, port: %d%s}".formatted(name("s"), chance() ? 81 : 80, chance() ? ", namespace: edge" : "");
    }

    private Resource<?> route() {
        String filters = pick(List.of(
                "",
                "filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x, value: \"%d\"}]}}], "
                        .formatted(random.nextInt(3)),
                "filters: [{type: ExtensionRef, extensionRef: {group: waypoint.dev, kind: HttpFilter, name: %s}}], "
                        .formatted(name("f"))));
        return object(
                Kinds.HTTP_ROUTE,
                name("r"),
                "{parentRefs: [%s], %s%srules: [{name: one, matches: [{path: {value: /%d}}], %sbackendRefs: [%s]}%s]}"
                        .formatted(
                                parents(),
                                hostnames(),
                                chance() ? "useDefaultGateways: All, " : "",
                                random.nextInt(3),
                                filters,
                                backend(),
                                chance() ? ", {backendRefs: [%s, %s]}".formatted(backend(), backend()) : ""));
    }

    private Resource<?> grpcRoute() {
        return object(
                Kinds.GRPC_ROUTE,
                name("r"),
                "{parentRefs: [%s], %srules: [{matches: [{method: {service: shop.Cart}}], backendRefs: [%s]}]}"
                        .formatted(parents(), hostnames(), backend()));
    }

    private Resource<?> gateway() {
        String mesh = "{name: mesh, port: 15008, protocol: waypoint.dev/mesh}";
        String web = "{name: web, port: %d, protocol: HTTP%s, allowedRoutes: {namespaces: {from: %s}}}"
                .formatted(
                        80 + random.nextInt(2),
                        chance() ? ", hostname: \"%s\"".formatted(pick(HOSTS)) : "",
                        pick(List.of("All", "Same", "Selector, selector: {matchLabels: {team: blue}}")));
        String secure =
                "{name: safe, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: %s}]}}".formatted(name("k"));
        String infrastructure = chance()
                ? "infrastructure: {parametersRef: {group: waypoint.dev, kind: WaypointParameters, name: %s}}, "
                        .formatted(name("p"))
                : "";
        return object(
                Kinds.GATEWAY,
                name("g"),
                "{gatewayClassName: %s, %sallowedListeners: {namespaces: {from: %s}}, listeners: [%s]}"
                        .formatted(
                                chance() ? "other" : "waypoint",
                                infrastructure,
                                chance() ? "All" : "Same",
                                pick(List.of(web, web, web + ", " + secure, mesh, mesh + ", " + web))));
    }

    private Resource<?> listenerSet() {
        return object(
                Kinds.LISTENER_SET,
                name("l"),
                "{parentRef: {name: %s}, listeners: [{name: more, port: %d, protocol: HTTP}]}"
                        .formatted(name("g"), 80 + random.nextInt(3)));
    }

    private Resource<?> gatewayClass() {
        return object(
                Kinds.GATEWAY_CLASS,
                chance() ? "other" : "waypoint",
                "{controllerName: %s}"
                        .formatted(random.nextInt(9) == 0 ? "example.com/other" : "waypoint.dev/controller"));
    }

    private Resource<?> parameters() {
        return object(Kinds.WAYPOINT_PARAMETERS, name("p"), "{mergeGateways: %b}".formatted(random.nextBoolean()));
    }

    private Resource<?> service() {
        String second = chance() ? ", {name: db, port: 81, appProtocol: tcp}" : ", {name: more, port: 81}";
        return object(
                Kinds.SERVICE,
                name("s"),
                "{clusterIP: %s, ports: [{name: http, port: 80}%s]}".formatted(chance() ? "None" : "10.0.0.1", second));
    }

    private Resource<?> slice() {
        String service = name("s");
        return object(
                Kinds.ENDPOINT_SLICE,
                name("e"),
                "{ports: [{name: http, port: 8080}], endpoints: [{addresses: [10.1.0.%d], targetRef: {kind: Pod, name: %s}}]}"
                        .formatted(1 + random.nextInt(4), name("pod")),
                Map.of("kubernetes.io/service-name", service));
    }

    private Resource<?> pod() {
        return object(
                Kinds.POD,
                name("pod"),
                "{podIPs: [{ip: 10.1.0.%d}]}".formatted(1 + random.nextInt(4)),
                Map.of("version", "v" + random.nextInt(3)));
    }

    private Resource<?> namespace() {
        Map<String, String> labels = pick(List.of(
                Map.of("team", "blue"),
                Map.of("team", "red"),
                Map.of(Enrolment.LABEL, name("g")),
                Map.<String, String>of()));
        return object(Kinds.NAMESPACE, pick(NAMESPACES), "{}", labels);
    }

    private Resource<?> grant() {
        return object(
                Kinds.REFERENCE_GRANT,
                name("grant"),
                "{from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: \"\", kind: Service%s}]}"
                        .formatted(chance() ? ", name: " + name("s") : ""));
    }

    private String target() {
        return pick(List.of(
                "{group: gateway.networking.k8s.io, kind: Gateway, name: %s}".formatted(name("g")),
                "{group: gateway.networking.k8s.io, kind: Gateway, name: %s, sectionName: web}".formatted(name("g")),
                "{group: gateway.networking.k8s.io, kind: HTTPRoute, name: %s}".formatted(name("r")),
                "{group: gateway.networking.k8s.io, kind: HTTPRoute, name: %s, sectionName: one}".formatted(name("r")),
                "{group: \"\", kind: Service, name: %s}".formatted(name("s"))));
    }

    private Resource<?> httpFilter() {
        return object(
                Kinds.HTTP_FILTER,
                name("f"),
                "{filter: %s, targetRefs: [%s]}".formatted(chance() ? "nowhere" : "csrf", target()));
    }

    private Resource<?> trafficPolicy() {
        return object(
                Kinds.TRAFFIC_POLICY,
                name("t"),
                "{targetRefs: [%s], timeouts: {connect: %ds}%s}"
                        .formatted(target(), 1 + random.nextInt(3), chance() ? ", strategy: Override" : ""));
    }

    private Resource<?> rateLimitPolicy() {
        return object(
                Kinds.RATE_LIMIT_POLICY,
                name("q"),
                chance()
                        ? "{targetSelectors: [{group: gateway.networking.k8s.io, kind: HTTPRoute, matchLabels: {tier: \"%d\"}}], limits: [{name: all, quota: 5, per: 1s}]}"
                                .formatted(random.nextInt(2))
                        : "{targetRefs: [%s], limits: [{name: all, quota: %d, per: 1s}]}"
                                .formatted(target(), 1 + random.nextInt(9)));
    }

    private Resource<?> secret() {
        return object(Kinds.SECRET, name("k"), "{type: Opaque, data: {}}");
    }

    private <T extends Record> Resource<T> object(Kind<T> kind, String name, String spec) {
        return object(kind, name, spec, Map.of("tier", String.valueOf(random.nextInt(2))));
    }

    private <T extends Record> Resource<T> object(Kind<T> kind, String name, String spec, Map<String, String> labels) {
        String namespace = kind.scope() == Kind.Scope.CLUSTER ? "" : pick(NAMESPACES);
        try {
            T read = RecordReader.read(YAML.readTree(spec), kind.type(), kind.ref(namespace, name), "spec", finding -> {
                        throw new IllegalArgumentException(finding.toString());
                    })
                    .orElseThrow();
            Optional<String> created =
                    chance() ? Optional.empty() : Optional.of("2026-01-01T00:00:0%dZ".formatted(random.nextInt(3)));
            ObjectMeta meta = new ObjectMeta(name, namespace, 1 + random.nextInt(5), created, labels, Map.of(), "");
            return new Resource<>(kind, meta, read, Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
