package dev.waypoint.app;

import dev.waypoint.control.cluster.Controller;
import dev.waypoint.control.status.StatusWriter;

/** The controller's metrics as Prometheus reads them. */
final class ControllerMetrics {

    private ControllerMetrics() {}

    static String text(Controller controller, StatusWriter statuses) {
        Controller.Facts facts = controller.facts();
        StringBuilder text = new StringBuilder();
        metric(text, "gauge", "waypoint_controller_leading", "1 for the replica that acts", facts.leading() ? 1 : 0);
        metric(text, "gauge", "waypoint_controller_objects", "Objects of the cluster that are known", facts.objects());
        metric(text, "gauge", "waypoint_controller_gateways", "Gateways that are ours", facts.gateways());
        metric(
                text,
                "counter",
                "waypoint_controller_translations_total",
                "How often objects were translated",
                facts.translations());
        metric(
                text,
                "counter",
                "waypoint_controller_status_writes_total",
                "Statuses that were written",
                statuses.writes());
        return text.toString();
    }

    private static void metric(StringBuilder text, String type, String name, String help, long value) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append(name).append(' ').append(value).append('\n');
    }
}
