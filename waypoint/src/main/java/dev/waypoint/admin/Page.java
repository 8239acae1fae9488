package dev.waypoint.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.waypoint.admin.ConfigDump.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers in the form that the client wants: text for people, JSON with {@code ?format=json} or when it is accepted alone. */
final class Page {

    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    private Page() {}

    static boolean wantsJson(ServiceRequestContext context, HttpRequest request) {
        String format = context.queryParam("format");
        if (format != null) {
            return format.equals("json");
        }
        return request.headers().get(HttpHeaderNames.ACCEPT, "").startsWith("application/json");
    }

    static HttpResponse text(HttpStatus status, String text) {
        return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, text);
    }

    static HttpResponse json(JsonNode node) {
        return HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, print(node));
    }

    static HttpResponse table(ServiceRequestContext context, HttpRequest request, List<Row> rows) {
        return wantsJson(context, request) ? json(json(rows)) : text(HttpStatus.OK, text(rows));
    }

    /** JSON with line breaks. */
    static String print(JsonNode node) {
        try {
            return JSON.writeValueAsString(node) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of data can always be written", e);
        }
    }

    private static ArrayNode json(List<Row> rows) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Row row : rows) {
            ObjectNode node = array.addObject();
            row.cells().forEach(node::put);
        }
        return array;
    }

    private static String text(List<Row> rows) {
        if (rows.isEmpty()) {
            return "none\n";
        }
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (Row row : rows) {
            row.cells()
                    .forEach((name, value) -> widths.merge(name, Math.max(name.length(), value.length()), Math::max));
        }
        StringBuilder out = new StringBuilder();
        List<Map<String, String>> lines = new ArrayList<>();
        Map<String, String> head = new LinkedHashMap<>();
        widths.keySet().forEach(name -> head.put(name, name.toUpperCase(Locale.ROOT)));
        lines.add(head);
        rows.forEach(row -> lines.add(row.cells()));
        for (Map<String, String> line : lines) {
            StringBuilder text = new StringBuilder();
            widths.forEach((name, width) -> {
                String value = line.getOrDefault(name, "");
                text.append(value).append(" ".repeat(width - value.length() + 2));
            });
            out.append(text.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
