package dev.waypoint.install;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.waypoint.filter.FilterCatalog;
import java.util.Map;
import java.util.TreeMap;

/**
 * The CustomResourceDefinitions of our own kinds, made from the records that objects are read into: what the API server accepts and
 * what the translator reads cannot differ.
 */
public final class CustomResources {

    /** GEP-713: tells tools that a kind is a policy, and that it is inherited from wider levels. */
    private static final String POLICY_LABEL = "gateway.networking.k8s.io/policy";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final SpecSchema schemas;

    private CustomResources(FilterCatalog filters) {
        this.schemas = new SpecSchema(filters);
    }

    /**
     * All definitions as YAML, by the names of their files.
     *
     * @param filters the filters whose configuration our kinds have parts of
     */
    public static Map<String, String> files(FilterCatalog filters) {
        CustomResources resources = new CustomResources(filters);
        Map<String, String> files = new TreeMap<>();
        for (OwnKind own : OwnKind.ALL) {
            files.put(own.kind().group() + "_" + own.plural() + ".yaml", print(resources.definition(own)));
        }
        return files;
    }

    /**
     * The reference pages of all kinds in Markdown, by the names of their files.
     *
     * @param filters the filters whose configuration our kinds have parts of
     */
    public static Map<String, String> pages(FilterCatalog filters) {
        CustomResources resources = new CustomResources(filters);
        Map<String, String> pages = new TreeMap<>();
        for (OwnKind own : OwnKind.ALL) {
            pages.put(own.kind().name() + ".md", KindPage.markdown(own, resources.schemas.of(own)));
        }
        return pages;
    }

    private static String print(ObjectNode definition) {
        try {
            return YAML.writeValueAsString(definition);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode definition(OwnKind own) {
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
        ObjectNode metadata = definition.putObject("metadata").put("name", own.definition());
        ObjectNode labels = metadata.putObject("labels").put("app.kubernetes.io/part-of", "waypoint");
        if (own.policy()) {
            labels.put(POLICY_LABEL, "Inherited");
        }
        ObjectNode spec = definition.putObject("spec").put("group", own.kind().group());
        ObjectNode names = spec.putObject("names");
        names.put("kind", own.kind().name()).put("listKind", own.kind().name() + "List");
        names.put("plural", own.plural()).put("singular", own.singular());
        names.putArray("shortNames").add(own.shortName());
        names.putArray("categories").add("waypoint");
        spec.put("scope", "Namespaced");
        version(spec.putArray("versions").addObject(), own);
        return definition;
    }

    private void version(ObjectNode version, OwnKind own) {
        version.put("name", own.kind().versions().getFirst())
                .put("served", true)
                .put("storage", true);
        version.putObject("subresources").putObject("status");
        ArrayNode columns = version.putArray("additionalPrinterColumns");
        for (OwnKind.Column column : own.columns()) {
            ObjectNode each = columns.addObject()
                    .put("name", column.name())
                    .put("type", "string")
                    .put("jsonPath", column.path());
            if (column.wide()) {
                each.put("priority", 1);
            }
        }
        columns.addObject().put("name", "Age").put("type", "date").put("jsonPath", ".metadata.creationTimestamp");
        version.putObject("schema").set("openAPIV3Schema", schema(own));
    }

    private ObjectNode schema(OwnKind own) {
        ObjectNode spec = schemas.of(own);
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        schema.put("description", spec.path("description").asText());
        schema.putArray("required").add("spec");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("type", "object");
        properties.set("spec", spec);
        properties.set("status", SchemaPart.read(own.policy() ? "policy-status.yaml" : "status.yaml"));
        return schema;
    }
}
