package dev.waypoint.extproc.server;

import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.state.HeaderFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a head or trailers were when they came: what a filter changed in them is the difference to how they are later. */
final class HeadRecord {

    private final Map<String, List<String>> before;

    HeadRecord(HeaderFields fields) {
        this.before = read(fields);
    }

    private static Map<String, List<String>> read(HeaderFields fields) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        fields.forEach((name, value) ->
                values.computeIfAbsent(name.toString(), _ -> new ArrayList<>()).add(value));
        return values;
    }

    /** The changes that make what it was into what it is now. */
    HeaderChanges changes(HeaderFields now) {
        Map<String, List<String>> after = read(now);
        HeaderChanges changes = HeaderChanges.none();
        for (String name : before.keySet()) {
            if (!after.containsKey(name)) {
                changes = changes.remove(name);
            }
        }
        for (Map.Entry<String, List<String>> field : after.entrySet()) {
            if (!field.getValue().equals(before.get(field.getKey()))) {
                changes = set(changes, field.getKey(), field.getValue());
            }
        }
        return changes;
    }

    private static HeaderChanges set(HeaderChanges changes, String name, List<String> values) {
        HeaderChanges result = changes.set(name, values.getFirst());
        for (String further : values.subList(1, values.size())) {
            result = result.add(name, further);
        }
        return result;
    }
}
