package dev.waypoint.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How a command that keeps running writes its log. */
final class LogOptions {

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "Logs as ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). The program's log goes to standard error, an"
                            + " access log to standard output.")
    LogFormat format = LogFormat.text;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace (default ${DEFAULT-VALUE}).")
    String level = "info";

    /**
     * The level.
     *
     * @throws ParameterException if there is no such level
     */
    String level(CommandSpec spec) {
        Bounds.check(
                spec,
                level.matches("(?i)error|warn|info|debug|trace"),
                "--log-level is " + level + ", expected error, warn, info, debug or trace");
        return level;
    }
}
