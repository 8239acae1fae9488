package dev.waypoint.cli;

import picocli.CommandLine.Option;

/** The option of commands that print for people or for programs. */
final class OutputOptions {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private LogFormat format = LogFormat.text;

    boolean isJson() {
        return format == LogFormat.json;
    }
}
