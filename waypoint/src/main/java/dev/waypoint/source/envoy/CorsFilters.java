package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code envoy.filters.http.cors}: it does what virtual host or route say, and nothing by itself. */
final class CorsFilters implements FilterReader {

    private static final String PACKAGE = "envoy.extensions.filters.http.cors.v3.";

    @Override
    public String type() {
        return PACKAGE + "Cors";
    }

    @Override
    public Set<String> routeTypes() {
        return Set.of(PACKAGE + "CorsPolicy");
    }

    @Override
    public List<FilterDraft> read(FilterUse use) {
        Optional<FilterUse.Level> level = use.mostSpecific();
        if (level.isEmpty()) {
            return List.of();
        }
        Message policy = level.get().config();
        policy.noEffect("shadow_enabled", "use the enforcement of our own filter");
        policy.noEffect("allow_private_network_access", "not supported");
        policy.noEffect("forward_not_matching_preflights", "preflights are answered here");
        if (Fractions.runtime(policy, "filter_enabled").orElse(Fractions.ALL) == 0) {
            return List.of();
        }
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        origins(policy, config.putArray("allowOrigins"));
        list(policy, "allow_methods", config, "allowMethods");
        list(policy, "allow_headers", config, "allowHeaders");
        list(policy, "expose_headers", config, "exposeHeaders");
        if (policy.has("max_age")) {
            config.put("maxAge", policy.number("max_age", 5, 0, 86400));
        }
        config.put("allowCredentials", policy.flag("allow_credentials", false));
        return List.of(new FilterDraft("cors", config, level.get().ref(), "", policy.path()));
    }

    private static void origins(Message policy, ArrayNode out) {
        for (Message origin : policy.messages("allow_origin_string_match")) {
            Optional<String> exact = origin.text("exact");
            if (exact.isPresent()) {
                out.add(exact.get());
            } else if (origin.string("prefix").equals("*")
                    || origin.child("safe_regex").string("regex").matches("\\.[*+]")) {
                out.add("*");
            } else {
                origin.binding().problems().error(origin.path(), "", "expected exact, or all origins as .*");
            }
        }
    }

    private static void list(Message policy, String field, ObjectNode out, String ours) {
        String text = policy.string(field);
        if (!text.isEmpty()) {
            ArrayNode values = out.putArray(ours);
            for (String part : text.split(",", -1)) {
                values.add(part.strip());
            }
        }
    }
}
