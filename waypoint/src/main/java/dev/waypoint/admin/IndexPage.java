package dev.waypoint.admin;

import dev.waypoint.config.Finding;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page that leads to the others. */
final class IndexPage {

    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    static {
        PAGES.put("/config", "objects, findings, statuses and decided routes, without secrets");
        PAGES.put("/findings", "what is wrong with the configuration");
        PAGES.put("/status", "the statuses that a controller would write");
        PAGES.put("/routes", "all routes in the order in which they are asked");
        PAGES.put("/limits", "rate limits with their heaviest keys; ?policy=namespace/name&top=20&keys=plain");
        PAGES.put("/filters", "the filters that are installed; ?format=json with their schemas");
        PAGES.put("/endpoints", "backends with their endpoints, load and health");
        PAGES.put("/explain?method=GET&url=http://localhost/", "what would happen to a request, and why");
        PAGES.put("/traces", "what happened to marked requests, step by step; POST gives a mark");
        PAGES.put("/metrics", "metrics for Prometheus");
        PAGES.put("/ready", "200 if traffic is welcome, else 503");
        PAGES.put("/live", "200 as long as the program answers");
    }

    private IndexPage() {}

    static String of(AdminView view) {
        ConfigState state = view.state();
        int errors = state.count(Finding.Severity.ERROR);
        StringBuilder out = new StringBuilder("""
                <!doctype html><html lang="en"><meta charset="utf-8"><title>Waypoint</title>
                <style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}
                td{padding:.2rem 1rem .2rem 0;vertical-align:top}.bad{color:#b00}</style>
                <h1>Waypoint</h1>
                """);
        out.append("<p>Version ").append(escape(view.version())).append(", snapshot ");
        out.append(state.snapshot().version())
                .append(", ")
                .append(state.resources().size())
                .append(" objects, ");
        out.append("<span")
                .append(errors > 0 ? " class=\"bad\">" : ">")
                .append(errors)
                .append(" errors</span>, ");
        out.append(state.count(Finding.Severity.WARNING)).append(" warnings. ");
        out.append(escape(view.unready().map(why -> "Not ready: " + why).orElse("Ready")))
                .append(".</p><table>");
        Map<String, String> pages = new LinkedHashMap<>(PAGES);
        OperatorTables.of(view.catalog()).forEach(table -> pages.put(table.path(), table.summary()));
        pages.forEach((path, what) -> out.append("<tr><td><a href=\"")
                .append(escape(path))
                .append("\">")
                .append(escape(path.replaceAll("\\?.*", "")))
                .append("</a><td>")
                .append(escape(what)));
        out.append("<tr><td><code>POST /drain</code><td>end running requests, then the program</table>");
        return out.append("</html>\n").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
