package dev.waypoint.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a proxy has in force, on one page: from its admin page {@code /config}. */
final class PodConfigPage {

    private final StringBuilder page = new StringBuilder();

    private PodConfigPage() {}

    static String of(String pod, JsonNode config) {
        PodConfigPage made = new PodConfigPage();
        made.print(pod, config);
        return made.page.toString();
    }

    private void print(String pod, JsonNode config) {
        JsonNode stream = config.path("stream");
        line("pod         " + pod);
        line("version     " + stream.path("version").asText("0") + ", snapshot "
                + config.path("snapshot").asText("0") + ", in force since "
                + config.path("installed").asText("unknown"));
        line("controller  " + stream.path("controller").asText("unknown") + ", " + connection(stream));
        JsonNode refused = stream.path("refused");
        if (!refused.isEmpty()) {
            line("refused     version " + refused.path("version").asText() + ": "
                    + refused.path("reason").asText());
        }
        config.path("problems").forEach(problem -> line("problem     " + problem.asText()));
        config.path("sockets")
                .properties()
                .forEach(socket -> line("problem     " + socket.getKey() + " is not open: "
                        + socket.getValue().asText()));
        JsonNode routing = config.path("ir");
        routing.path("listeners").forEach(this::listener);
        backends(routing.path("backends"));
    }

    private static String connection(JsonNode stream) {
        String since = stream.path("changed").asText("unknown");
        return stream.path("connected").asBoolean()
                ? "connected since " + since
                : "not connected since " + since + ": " + stream.path("problem").asText();
    }

    private void listener(JsonNode listener) {
        String hostname = listener.path("hostname").asText("");
        line("");
        line("listener    " + listener.path("name").asText() + " of "
                + listener.path("owner").asText() + ", "
                + listener.path("protocol").asText() + " "
                + listener.path("port").asText()
                + (hostname.isEmpty() ? "" : ", " + hostname));
        listener.path("hosts").forEach(host -> {
            Map<String, Integer> matches = new TreeMap<>();
            host.path("routes")
                    .forEach(route -> matches.merge(route.at("/rule/route").asText(), 1, Integer::sum));
            line("  host      " + host.path("hostname").asText());
            matches.forEach((route, count) -> line("    " + route + ", " + count + " matches"));
        });
    }

    private void backends(JsonNode backends) {
        Set<String> lines = new TreeSet<>();
        backends.properties()
                .forEach(backend -> lines.add("  " + backend.getKey() + ", "
                        + backend.getValue().path("endpoints").size() + " endpoints"));
        line("");
        line("backends    " + lines.size());
        lines.forEach(this::line);
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
