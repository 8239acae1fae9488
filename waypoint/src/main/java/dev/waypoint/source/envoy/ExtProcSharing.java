package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.ir.MatchIr.ValueIr;
import java.util.List;
import java.util.Optional;

/** Reads what a processor is shown: attributes, metadata, headers. */
final class ExtProcSharing {

    private static final String MAPPED = "envoy.extensions.http.ext_proc.processing_request_modifiers."
            + "mapped_attribute_builder.v3.MappedAttributeBuilder";

    private ExtProcSharing() {}

    static ObjectNode read(Message filter, ExtProcOverrides overrides) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        attributes(filter.strings("request_attributes"), out, "requestAttributes");
        attributes(filter.strings("response_attributes"), out, "responseAttributes");
        Optional<Message> modifier = overrides.modifier().or(() -> filter.message("processing_request_modifier"));
        modifier.ifPresent(found -> mapped(found, out));
        filter.message("metadata_options").ifPresent(options -> metadata(options, out));
        overrides.metadataOptions().forEach(options -> metadata(options, out));
        filter.message("forward_rules").ifPresent(rules -> headers(rules, out.putObject("shownHeaders")));
        return out;
    }

    /** Each expression is its own name. */
    private static void attributes(List<String> expressions, ObjectNode out, String field) {
        if (!expressions.isEmpty()) {
            ObjectNode map = out.putObject(field);
            expressions.forEach(expression -> map.put(expression, expression));
        }
    }

    /** The builder's own attributes replace the plain lists. */
    private static void mapped(Message modifier, ObjectNode out) {
        modifier.harmless("name");
        Message config = modifier.child("typed_config").binding();
        if (!config.type().equals(MAPPED)) {
            config.error("@type", "expected " + MAPPED);
            return;
        }
        copy(config, "mapped_request_attributes", out, "requestAttributes");
        copy(config, "mapped_response_attributes", out, "responseAttributes");
    }

    private static void copy(Message config, String from, ObjectNode out, String to) {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        config.tree(from)
                .ifPresent(tree -> tree.properties()
                        .forEach(entry ->
                                map.put(entry.getKey(), entry.getValue().asText())));
        out.remove(to);
        if (!map.isEmpty()) {
            out.set(to, map);
        }
    }

    private static void metadata(Message options, ObjectNode out) {
        options.binding();
        options.message("forwarding_namespaces").ifPresent(namespaces -> namespaces(namespaces, out, "readable"));
        options.message("receiving_namespaces").ifPresent(namespaces -> namespaces(namespaces, out, "writable"));
        options.noEffect("cluster_metadata_forwarding_namespaces", "clusters have no metadata here");
    }

    private static void namespaces(Message namespaces, ObjectNode out, String field) {
        ObjectNode target = out.withObject("/" + field);
        for (String kind : new String[] {"untyped", "typed"}) {
            List<String> names = namespaces.strings(kind);
            if (!names.isEmpty()) {
                ArrayNode list = target.putArray(kind);
                names.forEach(list::add);
            }
        }
    }

    private static void headers(Message rules, ObjectNode out) {
        matchers(rules.child("allowed_headers"), out.putArray("show"));
        matchers(rules.child("disallowed_headers"), out.putArray("hide"));
    }

    private static void matchers(Message list, ArrayNode out) {
        for (Message pattern : list.messages("patterns")) {
            ValueIr value = Matches.string(pattern);
            ObjectNode match = out.addObject();
            switch (value) {
                case ValueIr.Exact exact -> match(match, "Exact", exact.value(), exact.ignoreCase());
                case ValueIr.Prefix prefix -> match(match, "Prefix", prefix.value(), prefix.ignoreCase());
                case ValueIr.Suffix suffix -> match(match, "Suffix", suffix.value(), suffix.ignoreCase());
                case ValueIr.Contains part -> match(match, "Contains", part.value(), part.ignoreCase());
                case ValueIr.Regex regex -> match(match, "RegularExpression", regex.value(), false);
                case ValueIr.Range range -> match(match, "Exact", String.valueOf(range), false);
                case ValueIr.Present present -> match(match, "Prefix", "", false);
            }
        }
    }

    private static void match(ObjectNode out, String type, String value, boolean ignoreCase) {
        out.put("type", type).put("value", value);
        if (ignoreCase) {
            out.put("ignoreCase", true);
        }
    }
}
