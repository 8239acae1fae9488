package dev.waypoint.app;

import dev.waypoint.admin.ConfigState;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.cli.WaypointCommand;
import dev.waypoint.config.Finding.Severity;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.plan.CompiledListener;
import dev.waypoint.plan.PortPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The few lines that a start prints. */
final class StartupReport {

    private StartupReport() {}

    /** The lines, each with its end. */
    static String of(RunRequest request, ConfigState state, int adminPort, Duration took) {
        StringBuilder out = new StringBuilder();
        RunRequest.Network network = request.network();
        out.append("waypoint %s, transport %s, %d %s%n"
                .formatted(
                        WaypointCommand.Version.current(),
                        network.transport(),
                        network.workers(),
                        network.workers() == 1 ? "worker" : "workers"));
        List<PortPlan> ports = state.snapshot().ports().values().stream()
                .sorted(Comparator.comparingInt(PortPlan::port))
                .toList();
        ports.forEach(port -> port(out, state, port, port.address().orElse(network.bind())));
        if (ports.isEmpty()) {
            out.append("  no listener yet: add a Gateway to ")
                    .append(request.config())
                    .append('\n');
        }
        out.append("  admin     http://%s:%d/%n".formatted(network.adminBind(), adminPort));
        out.append("  config    %s: %d objects, %s, %s%n"
                .formatted(
                        request.config(),
                        state.resources().size(),
                        count(state, Severity.ERROR, "error"),
                        count(state, Severity.WARNING, "warning")));
        out.append("ready in %s s%n".formatted(String.format(Locale.ROOT, "%.2f", took.toMillis() / 1000.0)));
        return out.toString();
    }

    private static void port(StringBuilder out, ConfigState state, PortPlan port, String address) {
        String problem = state.socketProblems().getOrDefault(address + ":" + port.port(), "");
        for (CompiledListener compiled : port.listeners()) {
            ListenerIr listener = compiled.ir();
            int routes = listener.hosts().stream()
                    .mapToInt(host -> host.routes().size())
                    .sum();
            String scheme = listener.protocol() == ListenerIr.Protocol.HTTPS ? "https" : "http";
            String host = listener.hostname().isEmpty() ? "" : ", host " + listener.hostname();
            out.append("  listener  %s://%s:%d  %s, %d %s%s%s%n"
                    .formatted(
                            scheme,
                            address,
                            port.port(),
                            listener.id(),
                            routes,
                            routes == 1 ? "route" : "routes",
                            host,
                            problem.isEmpty() ? "" : "  NOT OPEN: " + problem));
        }
    }

    private static String count(ConfigState state, Severity severity, String name) {
        int count = state.count(severity);
        return count == 1 ? "1 " + name : count + " " + name + "s";
    }

    /** How long the process has been there. */
    static Duration sinceStart() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, Instant.now()))
                .orElse(Duration.ZERO);
    }
}
