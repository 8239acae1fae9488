package dev.waypoint.admin;

import dev.waypoint.admin.ConfigDump.Row;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.LimitUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The limits in force and their heaviest keys as a table. */
final class LimitRows {

    /** The most keys of a limit that are listed. */
    static final int MOST_KEYS = 1000;

    private LimitRows() {}

    static List<Row> of(FilterCatalog catalog, String object, int top, boolean plain) {
        List<Row> rows = new ArrayList<>();
        for (FilterFactory<?> factory : catalog.all()) {
            if (factory instanceof LimitUsage usage) {
                usage.limits(object, top, plain).forEach(limit -> add(limit, rows));
            }
        }
        return rows;
    }

    /** One row for the limit, then one for each key. */
    private static void add(LimitUsage.Limit limit, List<Row> rows) {
        Map<String, String> cells = place(limit);
        cells.put("key", "*");
        cells.put("admitted", Long.toString(limit.admitted()));
        cells.put("limited", Long.toString(limit.limited()));
        cells.put("shadow_limited", Long.toString(limit.shadowLimited()));
        cells.put("keys", Long.toString(limit.keys()));
        cells.put("evictions", Long.toString(limit.evictions()));
        rows.add(new Row(cells));
        for (LimitUsage.Key key : limit.top()) {
            Map<String, String> ofKey = place(limit);
            ofKey.put("key", key.key());
            ofKey.put("used", key.used() + "/" + key.burst());
            ofKey.put("admitted", Long.toString(key.admitted()));
            ofKey.put("limited", Long.toString(key.limited()));
            rows.add(new Row(ofKey));
        }
    }

    private static Map<String, String> place(LimitUsage.Limit limit) {
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put("policy", limit.owner().toString());
        cells.put("limit", limit.name());
        cells.put("counted_for", limit.place());
        return cells;
    }
}
