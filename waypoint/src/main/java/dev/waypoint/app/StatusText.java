package dev.waypoint.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.gatewayapi.StatusTree;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;

/** Statuses as people read them: each condition on a line, under what it speaks of. */
final class StatusText {

    private StatusText() {}

    static void print(PrintWriter out, Map<ResourceRef, ObjectStatus> statuses) {
        new TreeMap<>(statuses).forEach((ref, status) -> {
            out.println(ref);
            print(out, StatusTree.of(status), "  ");
        });
    }

    private static void print(PrintWriter out, JsonNode node, String indent) {
        for (JsonNode condition : node.path("conditions")) {
            String message = condition.path("message").asText("");
            out.println(indent + condition.path("type").asText() + " "
                    + condition.path("status").asText() + " "
                    + condition.path("reason").asText() + (message.isEmpty() ? "" : ": " + message));
        }
        for (JsonNode listener : node.path("listeners")) {
            out.println(indent + "listener " + listener.path("name").asText() + ", "
                    + listener.path("attachedRoutes").asInt() + " routes");
            print(out, listener, indent + "  ");
        }
        for (JsonNode parent : node.path("parents")) {
            out.println(indent + "parent " + describe(parent.path("parentRef")));
            print(out, parent, indent + "  ");
        }
        for (JsonNode ancestor : node.path("ancestors")) {
            out.println(indent + "ancestor " + describe(ancestor.path("ancestorRef")));
            print(out, ancestor, indent + "  ");
        }
    }

    private static String describe(JsonNode ref) {
        String section = ref.path("sectionName").asText("");
        return ref.path("kind").asText("Gateway") + " " + ref.path("name").asText()
                + (section.isEmpty() ? "" : " section " + section);
    }
}
