package dev.waypoint.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.admin.ConfigDump.Row;
import dev.waypoint.config.RecordSchema;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The filters that are installed. */
final class FilterPage {

    private FilterPage() {}

    static List<Row> rows(FilterCatalog catalog) {
        return catalog.kinds().map(FilterPage::row).toList();
    }

    private static Row row(FilterKind<?> kind) {
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put("filter", kind.name());
        cells.put("stage", kind.placement().stage() + " " + kind.placement().side());
        cells.put("summary", kind.summary());
        return new Row(cells);
    }

    /** With the JSON schema of each configuration. */
    static ArrayNode json(FilterCatalog catalog) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        catalog.kinds().forEach(kind -> {
            ObjectNode node = array.addObject();
            row(kind).cells().forEach(node::put);
            node.set("schema", RecordSchema.jsonSchema(kind.configType()));
        });
        return array;
    }
}
