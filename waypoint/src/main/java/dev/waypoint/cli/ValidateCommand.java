package dev.waypoint.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code waypoint validate}. */
@Command(
        name = "validate",
        description = {
            "Reports everything that is wrong with a folder, without serving it.",
            "Each finding names file and line, object, field, value, and what was expected.",
        },
        footer = {
            "",
            "Exit status: 0 no errors, 1 errors (with --strict also warnings), 3 the folder cannot be read",
            "",
            "Examples:",
            "  waypoint validate examples/quickstart",
            "  waypoint validate --status -o json .",
        })
final class ValidateCommand implements Callable<Integer> {

    private final Operations operations;

    @Mixin
    ConfigOptions config = new ConfigOptions();

    @Option(names = "--status", description = "Show the statuses that a controller would write.")
    boolean statuses;

    @Option(names = "--strict", description = "Warnings count as errors.")
    boolean strict;

    @Mixin
    OutputOptions output = new OutputOptions();

    ValidateCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        return operations.validate(
                new ValidateRequest(config.path(), config.plugins(), statuses, output.isJson(), strict));
    }
}
