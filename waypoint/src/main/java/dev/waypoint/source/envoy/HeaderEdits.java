package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filters.envoy.Substitution;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads additions to and removals from headers, as all levels of a route configuration and some filters have them. */
final class HeaderEdits {

    /** The kind of the filter that does the edits. */
    static final String FILTER = "envoy-headers";

    /** {@code HeaderValueOption.HeaderAppendAction} in the order of the numbers. */
    enum Append {
        APPEND_IF_EXISTS_OR_ADD("append"),
        ADD_IF_ABSENT("addIfAbsent"),
        OVERWRITE_IF_EXISTS_OR_ADD("set"),
        OVERWRITE_IF_EXISTS("replace");

        private final String operation;

        Append(String operation) {
            this.operation = operation;
        }
    }

    private HeaderEdits() {}

    /** The edits of the levels, the first first; empty if there are none. */
    static Optional<FilterDraft> read(List<Message> levels, ResourceRef source, String path) {
        ArrayNode request = JsonNodeFactory.instance.arrayNode();
        ArrayNode response = JsonNodeFactory.instance.arrayNode();
        for (Message level : levels) {
            removals(level, "request_headers_to_remove", request);
            additions(level.messages("request_headers_to_add"), request);
            removals(level, "response_headers_to_remove", response);
            additions(level.messages("response_headers_to_add"), response);
        }
        return draft(request, response, source, path);
    }

    /** A filter that does the edits; empty if there are none. */
    static Optional<FilterDraft> draft(ArrayNode request, ArrayNode response, ResourceRef source, String path) {
        if (request.isEmpty() && response.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        if (!request.isEmpty()) {
            config.set("request", request);
        }
        if (!response.isEmpty()) {
            config.set("response", response);
        }
        return Optional.of(new FilterDraft(FILTER, config, source, "", path));
    }

    static void removals(Message level, String field, ArrayNode out) {
        for (String name : level.strings(field)) {
            if (name.startsWith(":") || name.equalsIgnoreCase("host")) {
                level.error(field, "pseudo headers and host cannot be removed");
                continue;
            }
            out.addObject().put("operation", "remove").put("name", name.toLowerCase(Locale.ROOT));
        }
    }

    static void additions(List<Message> options, ArrayNode out) {
        options.forEach(option -> addition(option, out));
    }

    /** One {@code HeaderValueOption}. */
    static void addition(Message option, ArrayNode out) {
        Message header = option.child("header");
        String name = header.required("key").toLowerCase(Locale.ROOT);
        String value = header.text("value").orElse("");
        if (value.isEmpty() && header.has("raw_value")) {
            value = new String(header.bytes("raw_value"), StandardCharsets.UTF_8);
        }
        Append action = option.choice("append_action", Append.class, Append.APPEND_IF_EXISTS_OR_ADD);
        Optional<Boolean> append = option.optionalFlag("append");
        if (append.isPresent()) {
            action = append.get() ? Append.APPEND_IF_EXISTS_OR_ADD : Append.OVERWRITE_IF_EXISTS_OR_ADD;
        }
        if ((name.startsWith(":") && action == Append.APPEND_IF_EXISTS_OR_ADD) || name.equals("host")) {
            option.error("header", "host and pseudo headers cannot be appended to");
        }
        ObjectNode edit = out.addObject()
                .put("operation", action.operation)
                .put("name", name)
                .put("value", value);
        if (option.flag("keep_empty_value", false)) {
            edit.put("keepEmpty", true);
        }
        Substitution.problem(value)
                .ifPresent(problem -> option.problems().error(header.path("value"), value(header), problem));
    }

    private static String value(Message header) {
        return "\"" + header.string("value") + "\"";
    }
}
