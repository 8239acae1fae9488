package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waypoint convert}. */
@Command(
        name = "convert",
        description = {
            "Prints other proxies' configuration as Gateway API and Waypoint objects.",
            "What is not understood or cannot be said is listed on standard error, with its place.",
        },
        footer = {
            "",
            "Exit status: 0 converted, 1 the file is wrong (with --strict also if anything was left out), 3 it cannot be read",
            "",
            "Example:",
            "  waypoint convert envoy envoy.yaml > waypoint.yaml",
        })
final class ConvertCommand implements Callable<Integer> {

    private final Operations operations;

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FORMAT", description = "What the file is: envoy, a static bootstrap.")
    String format = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The file, YAML or JSON.")
    @Nullable
    Path file;

    @Option(names = "--plugins", paramLabel = "DIR", description = "Folder of jars with further filters.")
    @Nullable
    Path plugins;

    @Option(names = "--strict", description = "Fail if anything is left out.")
    boolean strict;

    ConvertCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        if (spec == null || file == null) {
            throw new IllegalStateException("run by the command line only");
        }
        if (!format.equals("envoy")) {
            throw new ParameterException(spec.commandLine(), "FORMAT is " + format + ", expected envoy");
        }
        return operations.convertEnvoy(file, Optional.ofNullable(plugins), strict);
    }
}
