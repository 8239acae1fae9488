package dev.waypoint.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills in templates as Helm does, for the few forms that our chart has. Any other form is a failure. */
final class ChartRendering {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern IF =
            Pattern.compile("\\{\\{- if \\.Values\\.([\\w.]+) }}\n(.*)\\{\\{- end }}\n", Pattern.DOTALL);
    private static final Pattern ACTION = Pattern.compile("( ?)\\{\\{(-?) (.*?) }}");
    private static final Pattern VALUE = Pattern.compile("\\.Values\\.([\\w.]+)( \\| quote)?");
    private static final Pattern BLOCK = Pattern.compile("toYaml \\.Values\\.([\\w.]+) \\| nindent (\\d+)");

    private final JsonNode values;
    private final String namespace;

    ChartRendering(JsonNode values, String namespace) {
        this.values = values;
        this.namespace = namespace;
    }

    String render(String template) throws IOException {
        Matcher optional = IF.matcher(template);
        if (optional.matches()) {
            return value(optional.group(1)).asBoolean() ? render(optional.group(2)) : "";
        }
        StringBuilder text = new StringBuilder();
        Matcher actions = ACTION.matcher(template);
        while (actions.find()) {
            String before = actions.group(2).isEmpty() ? actions.group(1) : "";
            actions.appendReplacement(text, Matcher.quoteReplacement(before + replacement(actions.group(3))));
        }
        return actions.appendTail(text).toString();
    }

    private String replacement(String action) throws IOException {
        if (action.equals(".Release.Namespace")) {
            return namespace;
        }
        Matcher block = BLOCK.matcher(action);
        if (block.matches()) {
            String text = YAML.writeValueAsString(value(block.group(1))).replaceFirst("^--- ?\n?", "");
            return "\n"
                    + text.stripTrailing()
                            .indent(Integer.parseInt(block.group(2)))
                            .stripTrailing();
        }
        Matcher value = VALUE.matcher(action);
        if (!value.matches()) {
            throw new IllegalArgumentException("no template of ours has {{ " + action + " }}");
        }
        return value.group(2) == null
                ? value(value.group(1)).asText()
                : value(value.group(1)).toString();
    }

    private JsonNode value(String path) {
        JsonNode value = values.at("/" + path.replace('.', '/'));
        if (value.isMissingNode()) {
            throw new IllegalArgumentException("there is no value " + path);
        }
        return value;
    }
}
