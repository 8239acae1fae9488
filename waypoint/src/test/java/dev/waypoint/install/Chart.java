package dev.waypoint.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Helm chart, made from the plain manifests: a comment <code>{{ name }} text</code> behind a value of those makes it a value of
 * the chart with the text as its documentation, and a comment <code>{{ when name }} text</code> on the first line makes the file
 * optional.
 */
final class Chart {

    static final String NAMESPACE = "waypoint-system";

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern WHEN = Pattern.compile("# \\{\\{ when ([\\w.]+) }} (.+)");
    private static final Pattern MARK = Pattern.compile("( *)(- )?([\\w.]+): ?(.*?) *# \\{\\{ ([\\w.]+) }} ?(.*)");

    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, String> templates = new LinkedHashMap<>();

    /** A value of the chart. */
    record Value(JsonNode usual, String doc) {}

    private Chart() {}

    /** @param manifests the texts of the plain manifests by the names of their files */
    static Chart of(Map<String, String> manifests) throws IOException {
        Chart chart = new Chart();
        for (Map.Entry<String, String> file : manifests.entrySet()) {
            chart.templates.put(
                    file.getKey(), chart.template(file.getValue().lines().toList()));
        }
        return chart;
    }

    Map<String, String> templates() {
        return templates;
    }

    /** The values as they are unless somebody sets them. */
    ObjectNode defaults() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        values.forEach((path, value) -> {
            String[] steps = path.split("\\.");
            ObjectNode at = all;
            for (int i = 0; i < steps.length - 1; i++) {
                at = at.withObject(steps[i]);
            }
            at.set(steps[steps.length - 1], value.usual());
        });
        return all;
    }

    /** The file {@code values.yaml}, each value with its documentation. */
    String valuesFile() throws IOException {
        StringBuilder text = new StringBuilder("# Generated from the comments of ../base. Do not edit.\n");
        List<String> open = new ArrayList<>();
        for (Map.Entry<String, Value> entry : new TreeMap<>(values).entrySet()) {
            String path = entry.getKey();
            List<String> steps = List.of(path.split("\\."));
            List<String> parents = steps.subList(0, steps.size() - 1);
            int common = 0;
            while (common < Math.min(open.size(), parents.size())
                    && open.get(common).equals(parents.get(common))) {
                common++;
            }
            for (int i = common; i < parents.size(); i++) {
                text.append("  ".repeat(i)).append(parents.get(i)).append(":\n");
            }
            open = parents;
            String indent = "  ".repeat(parents.size());
            Value value = entry.getValue();
            text.append(indent).append("# ").append(value.doc()).append('\n');
            text.append(indent).append(steps.getLast()).append(':').append(printed(value.usual(), indent));
        }
        return text.toString();
    }

    private static String printed(JsonNode value, String indent) throws IOException {
        String text =
                YAML.writeValueAsString(value).replaceFirst("^--- ?\n?", "").strip();
        if (!value.isContainerNode() || value.isEmpty()) {
            return " " + text + "\n";
        }
        return "\n" + text.indent(indent.length() + 2).stripTrailing() + "\n";
    }

    private String template(List<String> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        Matcher when = WHEN.matcher(lines.getFirst());
        boolean optional = when.matches();
        if (optional) {
            add(when.group(1), JsonNodeFactory.instance.booleanNode(true), when.group(2));
            text.append("{{- if .Values.").append(when.group(1)).append(" }}\n");
        }
        for (int i = optional ? 1 : 0; i < lines.size(); i++) {
            Matcher mark = MARK.matcher(lines.get(i));
            if (!mark.matches()) {
                text.append(lines.get(i).replace(NAMESPACE, "{{ .Release.Namespace }}"))
                        .append('\n');
                continue;
            }
            int indent = mark.group(1).length() + (mark.group(2) == null ? 0 : 2);
            StringBuilder block = new StringBuilder(mark.group(4));
            while (mark.group(4).isEmpty() && i + 1 < lines.size() && indentOf(lines.get(i + 1)) > indent) {
                block.append('\n').append(lines.get(++i));
            }
            JsonNode usual = YAML.readTree(block.toString());
            add(mark.group(5), usual, mark.group(6));
            text.append(mark.group(1))
                    .append(mark.group(2) == null ? "" : mark.group(2))
                    .append(mark.group(3))
                    .append(':')
                    .append(reference(mark.group(5), usual, indent))
                    .append('\n');
        }
        return text.append(optional ? "{{- end }}\n" : "").toString();
    }

    private static int indentOf(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static String reference(String path, JsonNode usual, int indent) {
        if (usual.isContainerNode()) {
            return " {{- toYaml .Values." + path + " | nindent " + (indent + 2) + " }}";
        }
        return " {{ .Values." + path + (usual.isTextual() ? " | quote" : "") + " }}";
    }

    private void add(String path, JsonNode usual, String doc) {
        Value known = values.putIfAbsent(path, new Value(usual, doc));
        if (known != null && !known.usual().equals(usual)) {
            throw new IllegalStateException(
                    "the value " + path + " is " + known.usual() + " at one place and " + usual + " at another");
        }
        if (known == null && doc.isBlank()) {
            throw new IllegalStateException("the value " + path + " has no documentation where it is first used");
        }
    }
}
