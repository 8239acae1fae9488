package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects what is wrong with a file or not understood in it. */
final class Problems {

    private static final int LONGEST_VALUE = 80;

    private final ResourceRef file;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> seen = new TreeSet<>();
    private final List<Message> messages = new ArrayList<>();

    Problems(ResourceRef file) {
        this.file = file;
    }

    /** Takes part in the final search for fields that nobody read. */
    void track(Message message) {
        messages.add(message);
    }

    void error(String path, String value, String expectation) {
        add(Finding.error(file, path, value, expectation));
    }

    void warning(String path, String value, String expectation) {
        add(Finding.warning(file, path, value, expectation));
    }

    /** Whether an error was found at a path or below it. */
    boolean anyBelow(String path) {
        return findings.stream()
                .anyMatch(finding -> finding.severity() == Finding.Severity.ERROR
                        && finding.path().startsWith(path));
    }

    /** Everything found, what nobody read included. Parts that many places share are reported once. */
    List<Finding> finish() {
        messages.forEach(Message::reportUnread);
        messages.clear();
        return List.copyOf(findings);
    }

    private void add(Finding finding) {
        if (seen.add(finding.path() + "\n" + finding.expectation())) {
            findings.add(finding);
        }
    }

    /** A value as findings show it: short, on one line. */
    static String print(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
    }
}
