package dev.waypoint.app;

import dev.waypoint.control.cluster.Controller;
import dev.waypoint.control.status.StatusWriter;
import dev.waypoint.control.stream.StreamCounters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The controller's metrics as Prometheus reads them. */
final class ControllerMetrics {

    private static final double NANOS = 1e9;

    private final StringBuilder text = new StringBuilder();

    private ControllerMetrics() {}

    static String text(Controller controller, StatusWriter statuses, StreamCounters streams) {
        ControllerMetrics metrics = new ControllerMetrics();
        metrics.controller(controller.facts(), statuses);
        metrics.streams(streams);
        metrics.process();
        return metrics.text.toString();
    }

    private void controller(Controller.Facts facts, StatusWriter statuses) {
        gauge("waypoint_controller_leading", "1 for the replica that acts", facts.leading() ? 1 : 0);
        gauge("waypoint_controller_objects", "Objects of the cluster that are known", facts.objects());
        gauge("waypoint_controller_gateways", "Gateways that are ours", facts.gateways());
        counter("waypoint_controller_translations_total", "How often objects were translated", facts.translations());
        counter(
                "waypoint_controller_rounds_total",
                "How often the controller looked at everything and acted",
                facts.rounds());
        counter("waypoint_controller_busy_seconds_total", "How long that took", facts.busyNanos() / NANOS);
        counter("waypoint_controller_status_writes_total", "Statuses that were written", statuses.writes());
    }

    private void streams(StreamCounters streams) {
        counter(
                "waypoint_controller_stream_bytes_total",
                "Bytes of messages to proxies, before compression and encryption",
                streams.bytesSent());
        counter("waypoint_controller_stream_messages_total", "Messages to proxies", streams.messagesSent());
        counter(
                "waypoint_controller_versions_accepted_total",
                "Versions that proxies took",
                streams.versionsAccepted());
        counter(
                "waypoint_controller_versions_refused_total",
                "Versions that proxies refused",
                streams.versionsRefused());
    }

    private void process() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            counter("process_cpu_seconds_total", "CPU time of the process", system.getProcessCpuTime() / NANOS);
        }
        gauge(
                "process_heap_bytes",
                "Heap in use",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        long resident = residentBytes();
        if (resident > 0) {
            gauge("process_resident_memory_bytes", "Memory of the process", resident);
        }
    }

    /** As Linux tells it; 0 elsewhere. */
    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException notLinux) {
            return 0;
        }
    }

    private void gauge(String name, String help, double value) {
        metric("gauge", name, help, value);
    }

    private void counter(String name, String help, double value) {
        metric("counter", name, help, value);
    }

    private void metric(String type, String name, String help, double value) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append(name)
                .append(' ')
                .append(
                        value == Math.rint(value)
                                ? Long.toString((long) value)
                                : String.format(Locale.ROOT, "%.6f", value))
                .append('\n');
    }
}
