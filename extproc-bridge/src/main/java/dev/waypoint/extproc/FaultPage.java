package dev.waypoint.extproc;

import dev.waypoint.extproc.fault.FaultBook;
import dev.waypoint.extproc.fault.FaultReport;
import dev.waypoint.extproc.fault.FaultRules;
import dev.waypoint.filter.OperatorPages.OperatorPage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What processors did wrong lately. */
final class FaultPage implements OperatorPage {

    @Override
    public String path() {
        return "/extproc/faults";
    }

    @Override
    public String summary() {
        return "what ext_proc services did wrong, newest first; ?provider=NAME&rule=NAME";
    }

    @Override
    public List<Map<String, String>> rows(Map<String, String> query) {
        String provider = query.getOrDefault("provider", "");
        String rule = query.getOrDefault("rule", "");
        return FaultBook.all().stream()
                .filter(report -> provider.isEmpty() || provider.equals(report.provider()))
                .filter(report -> rule.isEmpty() || rule.equals(report.fault().anchor()))
                .map(FaultPage::row)
                .toList();
    }

    private static Map<String, String> row(FaultReport report) {
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put("time", report.time().toString());
        cells.put("provider", report.provider());
        cells.put("rule", report.fault().anchor());
        cells.put("severity", report.fault().severity().name().toLowerCase(Locale.ROOT));
        cells.put("received", report.received());
        cells.put("expected", report.expected());
        cells.put("request", report.requestId());
        cells.put("owner", report.owner());
        cells.put("explanation", report.fault().explanation());
        cells.put("remedy", report.fault().remedy());
        cells.put("page", FaultRules.link(report.fault()));
        return cells;
    }
}
