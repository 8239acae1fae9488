package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Where configuration and plugins are; the same for all commands that read them. */
final class ConfigOptions {

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description =
                    "Folder of Gateway API YAML or JSON (.yaml, .yml, .json, also in folders below), or one file.")
    @Nullable
    Path folder;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "DIR",
            description = "The same as DIR, but a LocalRun object in it is not obeyed.")
    @Nullable
    Path config;

    @Option(names = "--plugins", paramLabel = "DIR", description = "Folder of jars with further filters.")
    @Nullable
    Path plugins;

    /** The folder, by whichever way it was named. */
    Path path() {
        if ((folder == null) == (config == null)) {
            String message = folder == null
                    ? "name a folder of configuration: DIR or --config DIR"
                    : "DIR and --config name two folders; expected one";
            throw new ParameterException(commandLine(), message);
        }
        return folder == null ? config : folder;
    }

    /** Whether any folder was named. */
    boolean isNamed() {
        return folder != null || config != null;
    }

    boolean byPosition() {
        return folder != null;
    }

    Optional<Path> plugins() {
        return Optional.ofNullable(plugins);
    }

    private picocli.CommandLine commandLine() {
        if (command == null) {
            throw new IllegalStateException("options outside of a command");
        }
        return command.commandLine();
    }
}
