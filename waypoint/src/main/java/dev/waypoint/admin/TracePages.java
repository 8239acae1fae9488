package dev.waypoint.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.waypoint.explain.Explanation;
import dev.waypoint.ir.IrWriter;
import dev.waypoint.observe.Trace;
import dev.waypoint.observe.TraceBook;
import dev.waypoint.observe.TraceText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hands out marks for requests that are to be traced, and shows what happened to them. */
final class TracePages {

    private final TraceBook book;

    TracePages(TraceBook book) {
        this.book = book;
    }

    /** A new mark. By POST only, and not from a page of another site, since requests cost more while there is one. */
    HttpResponse mark(ServiceRequestContext context, HttpRequest request) {
        if (request.headers().contains(HttpHeaderNames.ORIGIN)) {
            return Page.text(HttpStatus.FORBIDDEN, "not from a web page\n");
        }
        String mark = book.newMark();
        if (Page.wantsJson(context, request)) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("header", TraceBook.HEADER).put("mark", mark);
            node.put("seconds", TraceBook.LIFE.toSeconds());
            return Page.json(node);
        }
        return Page.text(
                HttpStatus.OK,
                "Requests with this header are traced for " + TraceBook.LIFE.toMinutes() + " minutes:\n"
                        + TraceBook.HEADER + ": " + mark + "\nWhat happened to them: /traces?mark=" + mark + "\n");
    }

    /** All traces, those of a mark, or one with its steps. */
    HttpResponse traces(ServiceRequestContext context, HttpRequest request) {
        String id = context.queryParams().get("id", "");
        if (!id.isEmpty()) {
            return one(id, context, request);
        }
        String mark = context.queryParams().get("mark", "");
        List<Trace> found = book.traces().stream()
                .filter(trace -> mark.isEmpty() || trace.mark().equals(mark))
                .toList();
        if (!mark.isEmpty()) {
            return Page.wantsJson(context, request)
                    ? Page.json(IrWriter.write(found))
                    : Page.text(HttpStatus.OK, text(found));
        }
        List<ConfigDump.Row> rows = new ArrayList<>();
        found.forEach(trace -> rows.add(row(trace)));
        return Page.table(context, request, rows);
    }

    private static String text(List<Trace> traces) {
        return traces.isEmpty()
                ? "none so far\n"
                : String.join("\n", traces.stream().map(TraceText::of).toList());
    }

    private static ConfigDump.Row row(Trace trace) {
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put("id", String.valueOf(trace.id()));
        cells.put("started", trace.started().toString());
        cells.put("request", trace.request());
        cells.put("status", String.valueOf(trace.outcome().status()));
        cells.put("route", trace.route().isEmpty() ? "" : trace.route() + " rule " + trace.rule());
        return new ConfigDump.Row(cells);
    }

    /** One trace. */
    HttpResponse one(String id, ServiceRequestContext context, HttpRequest request) {
        Optional<Trace> found = number(id).flatMap(book::find);
        if (found.isEmpty()) {
            return Page.text(
                    HttpStatus.NOT_FOUND, "there is no trace '" + id + "', /traces lists those that are kept\n");
        }
        return Page.wantsJson(context, request)
                ? Page.json(IrWriter.write(found.get()))
                : Page.text(HttpStatus.OK, TraceText.of(found.get()));
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What happened to the last traced request of the rule that takes an explained one. */
    Optional<Trace> last(Explanation explanation) {
        return explanation
                .outcome()
                .flatMap(outcome -> book.traces().stream()
                        .filter(trace -> trace.route().equals(outcome.route())
                                && trace.rule().equals(outcome.rule()))
                        .findFirst());
    }
}
