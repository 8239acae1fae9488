package dev.waypoint.source.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.Finding;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster's objects, read once with the rights of whoever asks.
 *
 * @param objects what could be read
 * @param missing kinds of which not all objects could be read, with the reason
 */
public record ClusterReading(ResourceSet objects, Map<Kind<?>, String> missing) {

    private static final int PAGE = 500;

    /** Plurals that are not the kind's name in small letters with an {@code s}. */
    private static final Map<Kind<?>, String> PLURALS = Map.of(
            Kinds.GATEWAY_CLASS, "gatewayclasses",
            Kinds.BACKEND_TLS_POLICY, "backendtlspolicies",
            Kinds.TRAFFIC_POLICY, "trafficpolicies",
            Kinds.RATE_LIMIT_POLICY, "ratelimitpolicies",
            Kinds.EXT_PROC_POLICY, "extprocpolicies",
            Kinds.WAYPOINT_PARAMETERS, "waypointparameters");

    /**
     * Reads all kinds. Of one that may not be listed in the whole cluster, the objects of one namespace are read.
     *
     * @param namespace the namespace that matters most
     */
    public static ClusterReading of(ClusterApi api, String namespace) {
        ResourceSet.Builder builder = ResourceSet.EMPTY.change();
        List<Finding> findings = new ArrayList<>();
        Map<Kind<?>, String> missing = new LinkedHashMap<>();
        List<Listing> listings = ClusterApi.together(Kinds.ALL, kind -> list(api, kind, namespace));
        for (int i = 0; i < listings.size(); i++) {
            Kind<?> kind = Kinds.ALL.get(i);
            Listing listing = listings.get(i);
            listing.problem().ifPresent(problem -> missing.put(kind, problem));
            for (ObjectNode object : listing.items()) {
                ResourceReader.Reading reading = ResourceReader.read(kind, object);
                findings.addAll(reading.findings());
                reading.resource()
                        .ifPresentOrElse(builder::put, () -> builder.unreadable(reading.ref(), reading.standIn()));
            }
        }
        return new ClusterReading(builder.findings(findings).build(), missing);
    }

    private record Listing(List<ObjectNode> items, Optional<String> problem) {}

    private static Listing list(ClusterApi api, Kind<?> kind, String namespace) {
        Optional<String> refusal = Optional.empty();
        for (String version : kind.versions()) {
            ServedKind served = new ServedKind(kind, version, plural(kind));
            Listing everywhere = pages(api, served, served.listPath(Optional.empty()));
            if (everywhere.problem().isEmpty()) {
                return everywhere;
            }
            if (!everywhere.problem().get().isEmpty()) {
                refusal = everywhere.problem();
                if (kind.scope() == Kind.Scope.NAMESPACED) {
                    Listing here = pages(api, served, served.listPath(Optional.of(namespace)));
                    if (here.problem().isEmpty()) {
                        return new Listing(
                                here.items(),
                                Optional.of("only those of namespace " + namespace + " were read: " + refusal.get()));
                    }
                }
            }
        }
        // A kind that the cluster does not know has no objects.
        return new Listing(List.of(), refusal);
    }

    /** All pages of a list; the problem is an empty text if the cluster does not know the kind. */
    private static Listing pages(ClusterApi api, ServedKind served, String path) {
        List<ObjectNode> items = new ArrayList<>();
        String next = "";
        do {
            ClusterApi.Answer answer = api.read(path + "?limit=" + PAGE + next);
            if (answer.code() == HttpURLConnection.HTTP_NOT_FOUND) {
                return new Listing(List.of(), Optional.of(""));
            }
            if (!answer.done()) {
                return new Listing(List.of(), Optional.of(answer.problem()));
            }
            for (JsonNode item : answer.body().path("items")) {
                if (item instanceof ObjectNode object) {
                    // The entries of a list do not say what they are.
                    Kind<?> kind = served.kind();
                    object.put("kind", kind.name());
                    object.put(
                            "apiVersion",
                            kind.group().isEmpty() ? served.version() : kind.group() + "/" + served.version());
                    items.add(object);
                }
            }
            String more = answer.body().path("metadata").path("continue").asText("");
            next = more.isEmpty() ? "" : "&continue=" + URLEncoder.encode(more, StandardCharsets.UTF_8);
        } while (!next.isEmpty());
        return new Listing(items, Optional.empty());
    }

    private static String plural(Kind<?> kind) {
        return PLURALS.getOrDefault(kind, kind.name().toLowerCase(Locale.ROOT) + "s");
    }
}
