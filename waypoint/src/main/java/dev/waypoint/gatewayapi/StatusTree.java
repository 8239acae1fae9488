package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Listener.RouteKind;
import dev.waypoint.api.ParentRef;
import dev.waypoint.gatewayapi.ObjectStatus.AncestorStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ListenerStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ParentStatus;
import java.util.List;

/** Writes statuses as trees of data, in the form of the API. */
public final class StatusTree {

    private StatusTree() {}

    /** The content of an object's {@code status}. */
    public static ObjectNode of(ObjectStatus status) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        switch (status) {
            case ObjectStatus.ClassStatus(var conditions, var features) -> {
                conditions(node, conditions);
                ArrayNode list = node.putArray("supportedFeatures");
                features.forEach(feature -> list.addObject().put("name", feature));
            }
            case ObjectStatus.GatewayStatus(var conditions, var listeners, var sets) -> {
                conditions(node, conditions);
                listeners(node, listeners);
                node.put("attachedListenerSets", sets);
            }
            case ObjectStatus.ListenerSetStatus(var conditions, var listeners) -> {
                conditions(node, conditions);
                listeners(node, listeners);
            }
            case ObjectStatus.ServiceStatus(var conditions) -> conditions(node, conditions);
            case ObjectStatus.RouteStatus(var parents) -> {
                ArrayNode list = node.putArray("parents");
                parents.forEach(parent -> parent(list.addObject(), parent));
            }
            case ObjectStatus.PolicyStatus(var ancestors) -> {
                ArrayNode list = node.putArray("ancestors");
                ancestors.forEach(ancestor -> ancestor(list.addObject(), ancestor));
            }
        }
        return node;
    }

    private static void parent(ObjectNode node, ParentStatus parent) {
        node.set("parentRef", ref(parent.parentRef()));
        node.put("controllerName", parent.controllerName());
        conditions(node, parent.conditions());
    }

    private static void ancestor(ObjectNode node, AncestorStatus ancestor) {
        node.set("ancestorRef", ref(ancestor.ancestorRef()));
        node.put("controllerName", ancestor.controllerName());
        conditions(node, ancestor.conditions());
    }

    private static ObjectNode ref(ParentRef ref) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("group", ref.group());
        node.put("kind", ref.kind());
        ref.namespace().ifPresent(namespace -> node.put("namespace", namespace));
        node.put("name", ref.name());
        ref.sectionName().ifPresent(section -> node.put("sectionName", section));
        ref.port().ifPresent(port -> node.put("port", port));
        return node;
    }

    private static void listeners(ObjectNode node, List<ListenerStatus> listeners) {
        ArrayNode list = node.putArray("listeners");
        for (ListenerStatus listener : listeners) {
            ObjectNode entry = list.addObject();
            entry.put("name", listener.name());
            ArrayNode kinds = entry.putArray("supportedKinds");
            for (RouteKind kind : listener.supportedKinds()) {
                kinds.addObject().put("group", kind.group()).put("kind", kind.kind());
            }
            entry.put("attachedRoutes", listener.attachedRoutes());
            conditions(entry, listener.conditions());
        }
    }

    private static void conditions(ObjectNode node, List<Condition> conditions) {
        ArrayNode list = node.putArray("conditions");
        for (Condition condition : conditions) {
            list.addObject()
                    .put("type", condition.type())
                    .put("status", condition.status().text())
                    .put("reason", condition.reason())
                    .put("message", condition.message())
                    .put("observedGeneration", condition.observedGeneration());
        }
    }
}
