package dev.waypoint.control.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins the status that we want with the one that an object has. Entries of other controllers in {@code parents} and {@code
 * ancestors} stay as they are and where they are; conditions of a domain that is not ours stay too. The time of a condition moves
 * only when its status does.
 */
final class StatusMerge {

    private static final List<String> SHARED_LISTS = List.of("parents", "ancestors");
    private static final String OUR_DOMAIN = "waypoint.dev/";
    private static final String CONDITIONS = "conditions";
    private static final String TIME = "lastTransitionTime";
    private static final String GENERATION = "observedGeneration";

    private final String controllerName;
    private final String now;
    private final boolean wellKnown;

    /** @param wellKnown whether conditions of no domain are ours, too: those of a Service are the cluster's */
    StatusMerge(String controllerName, Instant now, boolean wellKnown) {
        this.controllerName = controllerName;
        this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
        this.wellKnown = wellKnown;
    }

    /** Whether a status has entries of several controllers in one list, which can only be written as a whole. */
    static boolean isShared(JsonNode status) {
        return SHARED_LISTS.stream().anyMatch(status::has);
    }

    /**
     * The status to apply; empty if there is nothing to change, or if somebody who knew a newer generation has written it.
     *
     * @param wanted our status
     * @param live what the object has; may be missing
     */
    Optional<ObjectNode> merge(ObjectNode wanted, JsonNode live) {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        boolean[] different = {false};
        for (Map.Entry<String, JsonNode> field : wanted.properties()) {
            JsonNode before = live.path(field.getKey());
            JsonNode after = switch (field.getKey()) {
                case CONDITIONS -> conditions(field.getValue(), before, false);
                case "parents", "ancestors" -> shared(field.getValue(), before);
                case "listeners" -> listeners(field.getValue(), before);
                default -> field.getValue();
            };
            merged.set(field.getKey(), after);
            boolean empty = after.isArray() && after.isEmpty() && before.isMissingNode();
            different[0] |=
                    !empty && !(field.getKey().equals(CONDITIONS) ? sameOwn(after, before) : after.equals(before));
        }
        return different[0] && !isBehind(wanted, live) ? Optional.of(merged) : Optional.empty();
    }

    /** Applying leaves alone the conditions of others, so they are left out; those of ours that are not wanted go by that. */
    private ArrayNode conditions(JsonNode wanted, JsonNode live, boolean keepForeign) {
        Map<String, JsonNode> byType = new HashMap<>();
        live.forEach(condition -> byType.put(condition.path("type").asText(), condition));
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        for (JsonNode condition : wanted) {
            ObjectNode entry = condition.deepCopy();
            JsonNode before =
                    byType.getOrDefault(condition.path("type").asText(), JsonNodeFactory.instance.missingNode());
            boolean same = before.path("status").equals(condition.path("status"));
            entry.put(TIME, same ? before.path(TIME).asText(now) : now);
            merged.add(entry);
        }
        if (keepForeign) {
            live.forEach(condition -> {
                if (!isOurs(condition)) {
                    merged.add(condition);
                }
            });
        }
        return merged;
    }

    private boolean isOurs(JsonNode condition) {
        return isOfOurDomain(condition)
                || (wellKnown && !condition.path("type").asText().contains("/"));
    }

    static boolean isOfOurDomain(JsonNode condition) {
        return condition.path("type").asText().startsWith(OUR_DOMAIN);
    }

    private boolean sameOwn(JsonNode wanted, JsonNode live) {
        Map<String, JsonNode> own = new HashMap<>();
        live.forEach(condition -> {
            if (isOurs(condition)) {
                own.put(condition.path("type").asText(), condition);
            }
        });
        for (JsonNode condition : wanted) {
            if (!sameCondition(condition, own.remove(condition.path("type").asText()))) {
                return false;
            }
        }
        return own.isEmpty();
    }

    private static boolean sameCondition(JsonNode one, @Nullable JsonNode other) {
        if (other == null) {
            return false;
        }
        // Numbers read from different texts may be of different types.
        return one.path("status").equals(other.path("status"))
                && one.path("reason").equals(other.path("reason"))
                && one.path("message").asText().equals(other.path("message").asText())
                && one.path(GENERATION).asLong() == other.path(GENERATION).asLong();
    }

    private ArrayNode shared(JsonNode wanted, JsonNode live) {
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        List<JsonNode> own = new ArrayList<>();
        live.forEach(entry -> {
            if (entry.path("controllerName").asText().equals(controllerName)) {
                own.add(entry);
            } else {
                merged.add(entry);
            }
        });
        int place = 0;
        List<JsonNode> mine = new ArrayList<>();
        for (JsonNode entry : wanted) {
            mine.add(withTimes(entry, counterpart(entry, own)));
        }
        // Our entries stay where they were among those of others, so that nothing moves for no reason.
        if (sameEntries(mine, own)) {
            return live.isArray() ? (ArrayNode) live : merged;
        }
        for (JsonNode entry : mine) {
            merged.insert(place++, entry);
        }
        return merged;
    }

    private boolean sameEntries(List<JsonNode> one, List<JsonNode> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            boolean same = ref(one.get(i)).equals(ref(other.get(i)))
                    && sameOwn(one.get(i).path(CONDITIONS), other.get(i).path(CONDITIONS));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode counterpart(JsonNode entry, List<JsonNode> candidates) {
        return candidates.stream()
                .filter(other -> ref(other).equals(ref(entry)))
                .findFirst()
                .orElse(JsonNodeFactory.instance.missingNode());
    }

    /** The reference as text: numbers in it may be of different types. */
    private static String ref(JsonNode entry) {
        JsonNode ref = entry.has("parentRef") ? entry.path("parentRef") : entry.path("ancestorRef");
        Map<String, String> fields = new TreeMap<>();
        ref.properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
        return fields.toString();
    }

    private JsonNode withTimes(JsonNode entry, JsonNode before) {
        ObjectNode merged = entry.deepCopy();
        merged.set(CONDITIONS, conditions(entry.path(CONDITIONS), before.path(CONDITIONS), true));
        return merged;
    }

    private JsonNode listeners(JsonNode wanted, JsonNode live) {
        Map<String, JsonNode> byName = new HashMap<>();
        live.forEach(listener -> byName.put(listener.path("name").asText(), listener));
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        boolean same = wanted.size() == live.size();
        for (JsonNode listener : wanted) {
            JsonNode before =
                    byName.getOrDefault(listener.path("name").asText(), JsonNodeFactory.instance.missingNode());
            merged.add(withTimes(listener, before));
            same &= before.isObject()
                    && sameOwn(listener.path(CONDITIONS), before.path(CONDITIONS))
                    && listener.path("attachedRoutes").asInt()
                            == before.path("attachedRoutes").asInt(-1)
                    && kinds(listener).equals(kinds(before));
        }
        return same && live.isArray() ? live : merged;
    }

    private static List<String> kinds(JsonNode listener) {
        List<String> kinds = new ArrayList<>();
        listener.path("supportedKinds")
                .forEach(kind -> kinds.add(
                        kind.path("group").asText() + "/" + kind.path("kind").asText()));
        return kinds;
    }

    /** Whether a condition of ours was written for a newer generation than the one that we know. */
    private boolean isBehind(JsonNode wanted, JsonNode live) {
        // What is taken back was for no generation.
        return !wanted.path(CONDITIONS).isEmpty() && newest(wanted) < newest(live);
    }

    private long newest(JsonNode status) {
        long newest = 0;
        for (JsonNode condition : status.path(CONDITIONS)) {
            newest = isOurs(condition)
                    ? Math.max(newest, condition.path(GENERATION).asLong())
                    : newest;
        }
        return newest;
    }
}
