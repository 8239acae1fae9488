package dev.waypoint.app;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.ExplainRequest;
import dev.waypoint.config.Finding;
import dev.waypoint.config.Finding.Severity;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.explain.CalledRouting;
import dev.waypoint.explain.Explainer;
import dev.waypoint.explain.Explanation;
import dev.waypoint.explain.MadeUpRequest;
import dev.waypoint.gatewayapi.Translation;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.observe.Meters;
import dev.waypoint.plan.SnapshotStore;
import dev.waypoint.source.Resource;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterReading;
import dev.waypoint.upstream.SessionTokens;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code waypoint explain --namespace}: reads a cluster once, translates as its controller does, and asks as a proxy would. */
final class ClusterExplain {

    private final ExplainRequest request;
    private final ExplainRequest.Source.Cluster source;
    private final MadeUpRequest madeUp;
    private final PrintWriter err;

    ClusterExplain(
            ExplainRequest request, ExplainRequest.Source.Cluster source, MadeUpRequest madeUp, PrintWriter err) {
        this.request = request;
        this.source = source;
        this.madeUp = madeUp;
        this.err = err;
    }

    /**
     * What came of it.
     *
     * @param explanation what to print; empty if there is nothing but the exit status, and the reason was printed
     * @param errors how many errors the namespace's objects have
     * @param status the exit status
     */
    record Answer(Optional<Explanation> explanation, long errors, int status) {}

    Answer run(KubernetesClient client) {
        ClusterReading reading =
                ClusterReading.of(new ClusterApi(client, TranslatorSettings.CONTROLLER_NAME), source.namespace());
        String unlisted = reading.missing().get(Kinds.GATEWAY);
        if (unlisted != null && reading.objects().all(Kinds.GATEWAY).isEmpty()) {
            return refuse(ExitCode.NO_INPUT, "the cluster's Gateways cannot be listed: " + unlisted);
        }
        reading.missing()
                .forEach((kind, why) -> err.println("waypoint: not every " + kind
                        + " could be read, so that what refers to others counts as broken: " + why));
        Plugins plugins = Plugins.load(request.plugins().stream().toList());
        plugins.findings().forEach(finding -> err.println("waypoint: " + finding));
        Translation translation =
                new Translator(plugins.catalog(), TranslatorSettings.FOR_CLUSTER).translate(reading.objects());
        Map<ResourceRef, Explanation> explanations = new LinkedHashMap<>();
        translation.gateways().forEach((gateway, routing) -> {
            if (isMeant(gateway)) {
                explanations.put(gateway, explain(routing, plugins));
            }
        });
        if (explanations.isEmpty()) {
            return refuse(ExitCode.NO_INPUT, nobody(reading, translation));
        }
        return choose(explanations, errors(translation));
    }

    private boolean isMeant(ResourceRef gateway) {
        return gateway.namespace().equals(source.namespace())
                && source.gateway().map(gateway.name()::equals).orElse(true);
    }

    private Explanation explain(RoutingIr routing, Plugins plugins) {
        RoutingIr called = CalledRouting.of(routing, request.url(), source.namespace(), source.caller());
        return Explainer.explain(
                new ConfigPipeline(
                                plugins.catalog(),
                                List.of(),
                                new Meters(),
                                new SnapshotStore(),
                                SessionTokens.ofThisProcess(InstantSource.system()))
                        .apply(called)
                        .snapshot(),
                madeUp);
    }

    private Answer choose(Map<ResourceRef, Explanation> explanations, long errors) {
        if (explanations.size() == 1) {
            return answer(explanations.values().iterator().next(), errors);
        }
        List<ResourceRef> takers = explanations.entrySet().stream()
                .filter(each -> each.getValue().taken())
                .map(Map.Entry::getKey)
                .toList();
        if (takers.size() == 1) {
            return answer(explanations.getOrDefault(takers.getFirst(), first(explanations)), errors);
        }
        StringBuilder text = new StringBuilder(
                        takers.isEmpty() ? "no Gateway of namespace " : "several Gateways of namespace ")
                .append(source.namespace())
                .append(takers.isEmpty() ? " takes" : " take")
                .append(" the request; --gateway NAME tells more about one:");
        explanations.forEach((gateway, explanation) ->
                text.append("\n  ").append(gateway.name()).append(": ").append(explanation.verdict()));
        return refuse(takers.isEmpty() ? ExitCode.NEGATIVE : ExitCode.USAGE, text.toString());
    }

    private static Explanation first(Map<ResourceRef, Explanation> explanations) {
        return explanations.values().iterator().next();
    }

    private static Answer answer(Explanation explanation, long errors) {
        return new Answer(Optional.of(explanation), errors, explanation.taken() ? ExitCode.OK : ExitCode.NEGATIVE);
    }

    private Answer refuse(int status, String message) {
        err.println("waypoint: " + message);
        return new Answer(Optional.empty(), 0, status);
    }

    private long errors(Translation translation) {
        return translation.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::ref)
                .filter(ref -> ref.namespace().equals(source.namespace()))
                .count();
    }

    private String nobody(ClusterReading reading, Translation translation) {
        String wanted = source.gateway()
                .map(name -> "namespace " + source.namespace() + " has no Gateway '" + name + "' of Waypoint")
                .orElse("namespace " + source.namespace() + " has no Gateway of Waypoint");
        List<String> foreign = reading.objects().all(Kinds.GATEWAY).stream()
                .filter(gateway -> isMeant(gateway.ref()))
                .map(gateway -> foreign(gateway, reading))
                .toList();
        if (!foreign.isEmpty()) {
            return wanted + ": " + String.join("; ", foreign);
        }
        List<String> others = translation.gateways().keySet().stream()
                .map(gateway -> gateway.namespace() + "/" + gateway.name())
                .toList();
        return wanted
                + (others.isEmpty() ? ", and neither has the cluster" : "; there are " + String.join(", ", others));
    }

    private static String foreign(Resource<Gateway> gateway, ClusterReading reading) {
        String name = gateway.spec().gatewayClassName();
        return gateway.name() + " is of class " + name
                + reading.objects()
                        .find(Kinds.GATEWAY_CLASS, "", name)
                        .map(found -> ", which belongs to " + found.spec().controllerName())
                        .orElse(", which does not exist");
    }
}
