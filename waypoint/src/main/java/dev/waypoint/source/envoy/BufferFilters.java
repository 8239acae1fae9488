package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;
import java.util.List;
import java.util.Set;

/** Reads {@code envoy.filters.http.buffer}. */
final class BufferFilters implements FilterReader {

    /** What our own filter holds at most. */
    private static final long MOST = 64 * 1024 * 1024;

    private static final String PACKAGE = "envoy.extensions.filters.http.buffer.v3.";

    @Override
    public String type() {
        return PACKAGE + "Buffer";
    }

    @Override
    public Set<String> routeTypes() {
        return Set.of(PACKAGE + "BufferPerRoute");
    }

    @Override
    public List<FilterDraft> read(FilterUse use) {
        Message buffer = use.filter();
        ResourceRef source = use.listener();
        for (FilterUse.Level level : use.levels()) {
            if (level.config().flag("disabled", false)) {
                return List.of();
            }
            buffer = level.config().child("buffer");
            source = level.ref();
        }
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("maxBytes", buffer.number("max_request_bytes", 1, 1, MOST));
        return List.of(new FilterDraft("buffer", config, source, "", buffer.path()));
    }
}
