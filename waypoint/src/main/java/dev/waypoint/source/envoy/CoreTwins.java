package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.MatchIr.PathIr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says header edits and rewrites of Envoy's routes as filters of the Gateway API itself, where these mean the same. */
final class CoreTwins {

    /** Filters that run before the head is changed, whichever form the change has. */
    private static final Set<String> BEFORE = Set.of(
            HeaderEdits.FILTER,
            Rewrites.FILTER,
            LocalRateLimits.FILTER,
            LocalRateLimits.RULES_FILTER,
            "cors",
            "csrf",
            "fault",
            "ip-access",
            "jwt");

    /** Headers that frame messages, which the Gateway API's filters leave to the proxy. */
    private static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final int MOST_EDITS = 16;

    private CoreTwins() {}

    /** What a filter becomes: entries of the rule's filters, or the reason why it stays as it is. */
    record Twin(List<ObjectNode> filters, String reason) {
        static Twin none(String reason) {
            return new Twin(List.of(), reason);
        }
    }

    /**
     * The twin of one filter of a rule.
     *
     * @param kinds the kinds of all filters of the rule
     */
    static Twin of(FilterDraft draft, MatchIr match, List<String> kinds) {
        boolean edits = draft.filter().equals(HeaderEdits.FILTER);
        if (!edits && !draft.filter().equals(Rewrites.FILTER)) {
            return Twin.none("");
        }
        Optional<String> later =
                kinds.stream().filter(kind -> !BEFORE.contains(kind)).findFirst();
        if (later.isPresent()) {
            return Twin.none(
                    "the rule's filter " + later.get() + " must see the request as it was before this change, which a"
                            + " filter of the Gateway API would make earlier");
        }
        if (kinds.stream().filter(draft.filter()::equals).count() > 1) {
            return Twin.none("the rule has several of these, and the Gateway API allows one");
        }
        return edits ? edits(draft.config()) : rewrite(draft.config(), match);
    }

    private static Twin edits(ObjectNode config) {
        List<ObjectNode> filters = new ArrayList<>();
        for (String direction : List.of("request", "response")) {
            if (!config.path(direction).isEmpty()) {
                Optional<ObjectNode> modifier = modifier(config.path(direction));
                if (modifier.isEmpty()) {
                    return Twin.none(
                            "HeaderModifier has fixed values of plain headers only, each name once, and no conditions");
                }
                boolean request = direction.equals("request");
                ObjectNode filter = JsonNodeFactory.instance
                        .objectNode()
                        .put("type", request ? "RequestHeaderModifier" : "ResponseHeaderModifier");
                filter.set(request ? "requestHeaderModifier" : "responseHeaderModifier", modifier.get());
                filters.add(filter);
            }
        }
        return new Twin(filters, "");
    }

    private static Optional<ObjectNode> modifier(JsonNode edits) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        Set<String> names = new HashSet<>();
        for (JsonNode edit : edits) {
            String name = edit.path("name").asText();
            boolean plain = !name.startsWith(":") && !FRAMING.contains(name) && names.add(name);
            String value = edit.path("value").asText();
            String operation = edit.path("operation").asText();
            boolean removes = operation.equals("remove");
            if (!plain || (!removes && (value.isEmpty() || value.contains("%")))) {
                return Optional.empty();
            }
            switch (operation) {
                case "remove" -> out.withArray("remove").add(name);
                case "set" -> out.withArray("set").addObject().put("name", name).put("value", value);
                case "append" ->
                    out.withArray("add").addObject().put("name", name).put("value", value);
                default -> {
                    return Optional.empty();
                }
            }
        }
        for (JsonNode list : out) {
            if (list.size() > MOST_EDITS) {
                return Optional.empty();
            }
        }
        return Optional.of(out);
    }

    private static Twin rewrite(ObjectNode config, MatchIr match) {
        ObjectNode rewrite = JsonNodeFactory.instance.objectNode();
        for (String field : List.of("pattern", "hostHeader", "hostPattern")) {
            if (config.has(field)) {
                return Twin.none(
                        "URLRewrite knows no " + (field.equals("hostHeader") ? "host out of a header" : "expressions"));
            }
        }
        if (config.has("host")) {
            String host = config.path("host").asText();
            if (!host.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
                return Twin.none("the hostname of URLRewrite is a plain name, without port");
            }
            rewrite.put("hostname", host);
        }
        if (config.has("prefix")) {
            String prefix = config.path("prefix").asText();
            String replacement = config.path("replacement").asText();
            boolean whole = match.path() instanceof PathIr.Prefix matched
                    && matched.value().equals(prefix)
                    && !prefix.endsWith("/")
                    && replacement.startsWith("/")
                    && !replacement.endsWith("/");
            if (!whole) {
                return Twin.none("URLRewrite replaces whole elements of the matched prefix, this replaces characters");
            }
            rewrite.putObject("path").put("type", "ReplacePrefixMatch").put("replacePrefixMatch", replacement);
        }
        ObjectNode filter = JsonNodeFactory.instance.objectNode().put("type", "URLRewrite");
        filter.set("urlRewrite", rewrite);
        return new Twin(List.of(filter), "");
    }
}
