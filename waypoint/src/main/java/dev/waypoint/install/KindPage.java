package dev.waypoint.install;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.SchemaTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The reference page of one of our kinds, in Markdown, from the schema that the API server gets. */
final class KindPage {

    private KindPage() {}

    /** @param spec the schema of {@code spec} */
    static String markdown(OwnKind own, JsonNode spec) {
        StringBuilder page = new StringBuilder("# ").append(own.kind().name()).append("\n\n");
        page.append(spec.path("description").asText()).append("\n\n");
        page.append("`apiVersion: ")
                .append(own.kind().apiVersion())
                .append("`, for kubectl also `")
                .append(own.shortName())
                .append("`.");
        if (own.policy()) {
            page.append(
                    " Attached by `targetRefs`; `status.ancestors` tells for each Gateway, or Service of a mesh, what became of it.");
        }
        page.append("\n\n## Fields of spec\n\n").append(SchemaTable.markdown(spec));
        List<String> rules = new ArrayList<>();
        rules(spec, "spec", rules);
        if (!rules.isEmpty()) {
            page.append("\n## Between fields\n\n");
            rules.forEach(rule -> page.append("- ").append(rule).append('\n'));
        }
        return page.toString();
    }

    private static void rules(JsonNode schema, String path, List<String> rules) {
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            rules.add("`" + path + "`: " + rule.path("message").asText());
        }
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            rules(field.getValue(), path + "." + field.getKey(), rules);
        }
        if (schema.has("items")) {
            rules(schema.path("items"), path + "[]", rules);
        }
        if (schema.path("additionalProperties").isObject()) {
            rules(schema.path("additionalProperties"), path + ".*", rules);
        }
    }
}
