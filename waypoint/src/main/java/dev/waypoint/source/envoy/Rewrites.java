package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.MatchIr;
import java.util.Locale;
import java.util.Optional;

/** Reads how a route changes path and host. */
final class Rewrites {

    /** The kind of the filter that does it. */
    static final String FILTER = "envoy-rewrite";

    private Rewrites() {}

    static Optional<FilterDraft> read(Message action, MatchIr match, ResourceRef ref, Clusters clusters) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        path(action, match, config);
        String kind = action.oneOf(
                        "host_rewrite_literal", "auto_host_rewrite", "host_rewrite_header", "host_rewrite_path_regex")
                .orElse("");
        switch (kind) {
            case "host_rewrite_literal" -> config.put("host", action.string(kind));
            case "host_rewrite_header" ->
                config.put("hostHeader", action.string(kind).toLowerCase(Locale.ROOT));
            case "host_rewrite_path_regex" -> {
                Message rewrite = action.child(kind);
                config.put("hostPattern", Matches.regex(rewrite.child("pattern")));
                config.put("hostReplacement", rewrite.string("substitution"));
            }
            case "auto_host_rewrite" -> auto(action, clusters, config);
            default -> {
                // the host stays
            }
        }
        return draft(config, ref, action.path());
    }

    /** The host that a part of a split wants. */
    static Optional<FilterDraft> host(Message part, ResourceRef ref) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        part.text("host_rewrite_literal").ifPresent(host -> config.put("host", host));
        return draft(config, ref, part.path());
    }

    private static Optional<FilterDraft> draft(ObjectNode config, ResourceRef ref, String path) {
        return config.isEmpty() ? Optional.empty() : Optional.of(new FilterDraft(FILTER, config, ref, "", path));
    }

    private static void path(Message action, MatchIr match, ObjectNode config) {
        String kind = action.oneOf("prefix_rewrite", "regex_rewrite", "path_rewrite_policy")
                .orElse("");
        switch (kind) {
            case "prefix_rewrite" -> {
                if (!action.string(kind).isEmpty()) {
                    config.put("prefix", match.path().value());
                    config.put("replacement", action.string(kind));
                }
                if (match.path() instanceof MatchIr.PathIr.Regex) {
                    action.error(kind, "needs a match by path or prefix; use regex_rewrite");
                }
            }
            case "regex_rewrite" -> {
                Message rewrite = action.child(kind);
                config.put("pattern", Matches.regex(rewrite.child("pattern")));
                config.put("substitution", rewrite.string("substitution"));
            }
            case "path_rewrite_policy" -> action.error(kind, "expected prefix_rewrite or regex_rewrite");
            default -> {
                // the path stays
            }
        }
    }

    /** The name of the endpoint is sent; all endpoints of a cluster count as one, since the host is set before one is chosen. */
    private static void auto(Message action, Clusters clusters, ObjectNode config) {
        if (!action.flag("auto_host_rewrite", false)) {
            return;
        }
        Optional<String> host = action.text("cluster")
                .flatMap(clusters::backend)
                .filter(backend -> !backend.endpoints().isEmpty())
                .map(backend -> backend.endpoints().getFirst().host());
        if (host.isEmpty()) {
            action.error("auto_host_rewrite", "needs one cluster whose endpoints have a name");
        } else {
            config.put("host", host.get());
        }
    }
}
