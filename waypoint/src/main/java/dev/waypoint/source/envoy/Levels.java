package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The {@code typed_per_filter_config} maps that concern a route, least specific first.
 *
 * @param entries one map per level
 */
record Levels(List<Entry> entries) {

    private static final String WRAPPER = "envoy.config.route.v3.FilterConfig";

    static final Levels NONE = new Levels(List.of());

    Levels {
        entries = List.copyOf(entries);
    }

    /** What one level says: by filter name, its configuration. */
    record Entry(Map<String, Setting> settings, ResourceRef ref) {}

    /**
     * One value of the map.
     *
     * @param config the configuration, empty if the filter is only switched on or off
     * @param disabled whether the filter is switched off
     */
    record Setting(Optional<Message> config, boolean disabled) {}

    /** These levels and a more specific one. */
    Levels with(Message owner, ResourceRef ref) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        owner.messageMap("typed_per_filter_config").forEach((name, any) -> settings.put(name, setting(any)));
        if (settings.isEmpty()) {
            return this;
        }
        List<Entry> all = new ArrayList<>(entries);
        all.add(new Entry(settings, ref));
        return new Levels(all);
    }

    private static Setting setting(Message any) {
        if (!any.type().equals(WRAPPER)) {
            return new Setting(Optional.of(any), false);
        }
        any.harmless("is_optional");
        return new Setting(any.message("config"), any.flag("disabled", false));
    }

    /** Whether the filter runs: the most specific level that names it decides. */
    boolean enabled(String filter, boolean fallback) {
        boolean enabled = fallback;
        for (Entry entry : entries) {
            Setting setting = entry.settings().get(filter);
            if (setting != null) {
                enabled = !setting.disabled();
            }
        }
        return enabled;
    }

    /** What the levels say of a filter. */
    List<FilterUse.Level> of(String filter) {
        List<FilterUse.Level> out = new ArrayList<>();
        for (Entry entry : entries) {
            Setting setting = entry.settings().get(filter);
            if (setting != null) {
                setting.config().ifPresent(config -> out.add(new FilterUse.Level(config, entry.ref())));
            }
        }
        return out;
    }

    /** Names of filters that some level speaks of. */
    Set<String> names() {
        Set<String> out = new TreeSet<>();
        entries.forEach(entry -> out.addAll(entry.settings().keySet()));
        return out;
    }
}
