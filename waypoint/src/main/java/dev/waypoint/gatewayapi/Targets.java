package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.GrpcRoute;
import dev.waypoint.api.HttpRoute;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Listener;
import dev.waypoint.api.ListenerSet;
import dev.waypoint.api.Service;
import dev.waypoint.source.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds what policies name as their targets. */
final class Targets {

    private static final Map<Kind<?>, Function<Record, List<String>>> SECTIONS = Map.of(
            Kinds.GATEWAY, spec -> listeners(((Gateway) spec).listeners()),
            Kinds.LISTENER_SET, spec -> listeners(((ListenerSet) spec).listeners()),
            Kinds.SERVICE,
                    spec -> ((Service) spec)
                            .ports().stream().map(Service.Port::name).toList(),
            Kinds.HTTP_ROUTE,
                    spec -> ((HttpRoute) spec)
                            .rules().stream()
                                    .flatMap(rule -> rule.name().stream())
                                    .toList(),
            Kinds.GRPC_ROUTE,
                    spec -> ((GrpcRoute) spec)
                            .rules().stream()
                                    .flatMap(rule -> rule.name().stream())
                                    .toList());

    private Targets() {}

    private static List<String> listeners(List<Listener> listeners) {
        return listeners.stream().map(Listener::name).toList();
    }

    /** What is wrong with a target. */
    static Optional<Problem> problem(ObjectIndex index, Target target, Set<Kind<?>> allowed, String path) {
        Optional<Kind<?>> kind =
                Kinds.find(target.object().group(), target.object().kind()).filter(allowed::contains);
        if (kind.isEmpty()) {
            return Optional.of(new Problem(
                    Reasons.INVALID,
                    path,
                    Certificates.kind(target.object().group(), target.object().kind()),
                    "expected one of "
                            + allowed.stream().map(Kind::name).sorted().collect(Collectors.joining(", "))));
        }
        Optional<Resource<?>> object = index.set().find(target.object());
        if (object.isEmpty()) {
            return Optional.of(
                    new Problem(
                            Reasons.TARGET_NOT_FOUND,
                            path,
                            target.object().toString(),
                            "expected an object that exists in the policy's own namespace, and there is none of this kind and name"));
        }
        Function<Record, List<String>> names = SECTIONS.getOrDefault(kind.get(), spec -> List.of());
        List<String> sections = names.apply(object.get().spec());
        if (target.section().isEmpty() || sections.contains(target.section())) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                Reasons.TARGET_NOT_FOUND,
                path + ".sectionName",
                target.section(),
                "expected one of the names in " + target.object() + ": " + sections));
    }
}
