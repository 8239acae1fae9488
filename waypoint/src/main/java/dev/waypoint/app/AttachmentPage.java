package dev.waypoint.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is attached to what, and what is wrong, on one page: from objects with their statuses as a cluster has them. */
final class AttachmentPage {

    /** Conditions that say something bad when they are true. */
    private static final Set<String> BAD_WHEN_TRUE =
            Set.of("Conflicted", "PartiallyInvalid", "waypoint.dev/PortsNotServed");

    /** Conditions that say something bad when they are not true. Of others, nobody here knows. */
    private static final Set<String> GOOD_WHEN_TRUE = Set.of("Accepted", "Programmed", "ResolvedRefs", "Ready");

    private static final int WIDTH = 60;

    private final Map<String, JsonNode> objects = new TreeMap<>();
    private final Map<String, Set<String>> attached = new TreeMap<>();
    private final Set<String> children = new HashSet<>();
    private final StringBuilder page = new StringBuilder();

    private AttachmentPage(Collection<JsonNode> all) {
        all.forEach(object -> objects.put(name(object), object));
        all.forEach(object -> {
            object.at("/spec/parentRefs").forEach(ref -> attach(object, ref, "Gateway"));
            object.at("/spec/targetRefs").forEach(ref -> attach(object, ref, ""));
            if (object.at("/spec/parentRef").isObject()) {
                attach(object, object.at("/spec/parentRef"), "Gateway");
            }
        });
    }

    private void attach(JsonNode object, JsonNode ref, String kind) {
        String namespace = ref.path("namespace").asText(namespace(object));
        String parent = ref.path("kind").asText(kind) + " " + namespace + "/"
                + ref.path("name").asText();
        attached.computeIfAbsent(parent, absent -> new TreeSet<>()).add(name(object));
        children.add(name(object));
    }

    /** The page; {@code wrong} takes each line about something wrong. */
    static String of(Collection<JsonNode> objects, List<String> wrong) {
        AttachmentPage made = new AttachmentPage(objects);
        objects.forEach(object -> made.problems(object, wrong));
        Set<String> roots = new LinkedHashSet<>();
        made.objects.keySet().stream()
                .filter(name -> name.startsWith("Gateway "))
                .forEach(roots::add);
        made.attached.keySet().stream()
                .filter(name -> !made.children.contains(name))
                .forEach(roots::add);
        made.objects.keySet().stream()
                .filter(name -> !made.children.contains(name))
                .forEach(roots::add);
        roots.forEach(root -> made.print(root, "", new HashSet<>()));
        made.page.append(wrong.isEmpty() ? "\nnothing is wrong\n" : "\nwrong:\n");
        wrong.forEach(line -> made.page.append("  ").append(line).append('\n'));
        return made.page.toString();
    }

    private void print(String name, String indent, Set<String> above) {
        JsonNode object = objects.get(name);
        String line = indent + name;
        page.append(line);
        if (object == null) {
            page.append('\n');
        } else {
            page.append(" ".repeat(Math.max(2, WIDTH - line.length())));
            page.append(summary(object)).append('\n');
            object.at("/status/listeners")
                    .forEach(listener -> page.append(indent)
                            .append("  listener ")
                            .append(listener.path("name").asText())
                            .append(", ")
                            .append(listener.path("attachedRoutes").asInt())
                            .append(" routes\n"));
        }
        if (above.add(name)) {
            attached.getOrDefault(name, Set.of()).forEach(child -> print(child, indent + "  ", above));
            above.remove(name);
        }
    }

    private static String summary(JsonNode object) {
        List<String> parts = new ArrayList<>();
        String className = object.at("/spec/gatewayClassName").asText();
        if (!className.isEmpty()) {
            parts.add("class " + className);
        }
        object.at("/status/addresses")
                .forEach(address -> parts.add(address.path("value").asText()));
        Map<String, Boolean> good = new TreeMap<>();
        int seen = 0;
        for (JsonNode conditions : conditionLists(object)) {
            for (JsonNode condition : conditions) {
                seen++;
                good.merge(condition.path("type").asText(), !isWrong(condition), Boolean::logicalAnd);
            }
        }
        good.forEach((type, fine) -> {
            if (GOOD_WHEN_TRUE.contains(type)) {
                parts.add(fine ? type : "NOT " + type);
            } else if (!fine) {
                parts.add(type);
            }
        });
        if (seen == 0 && !object.path("kind").asText().equals("HttpFilter")) {
            parts.add("not judged by any controller");
        }
        return String.join(", ", parts);
    }

    private static List<JsonNode> conditionLists(JsonNode object) {
        List<JsonNode> lists = new ArrayList<>();
        lists.add(object.at("/status/conditions"));
        for (String path : List.of("/status/parents", "/status/ancestors", "/status/listeners")) {
            object.at(path).forEach(part -> lists.add(part.path("conditions")));
        }
        return lists;
    }

    private void problems(JsonNode object, List<String> wrong) {
        Set<String> lines = new LinkedHashSet<>();
        for (JsonNode conditions : conditionLists(object)) {
            for (JsonNode condition : conditions) {
                if (isWrong(condition)) {
                    lines.add(name(object) + ": " + condition.path("type").asText() + " is "
                            + condition.path("status").asText() + ", "
                            + condition.path("reason").asText() + ": "
                            + condition.path("message").asText());
                }
                long judged = condition.path("observedGeneration").asLong(0);
                long generation = object.at("/metadata/generation").asLong(0);
                if (judged != 0 && judged < generation) {
                    lines.add(name(object) + ": judged in generation " + judged + ", it is at " + generation
                            + " now: the controller is behind or away");
                }
            }
        }
        wrong.addAll(lines);
    }

    private static boolean isWrong(JsonNode condition) {
        String type = condition.path("type").asText();
        boolean isTrue = condition.path("status").asText().equals("True");
        return BAD_WHEN_TRUE.contains(type) ? isTrue : GOOD_WHEN_TRUE.contains(type) && !isTrue;
    }

    private static String name(JsonNode object) {
        return object.path("kind").asText() + " " + namespace(object) + "/"
                + object.at("/metadata/name").asText();
    }

    private static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asText();
    }
}
