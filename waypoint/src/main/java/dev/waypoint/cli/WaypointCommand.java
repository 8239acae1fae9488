package dev.waypoint.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code waypoint} itself. */
@Command(
        name = "waypoint",
        versionProvider = WaypointCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "An L7 proxy for one namespace or for the edge, configured by the Kubernetes Gateway API.",
        footer = {
            "",
            "Exit status:",
            "  0    done",
            "  1    validate found errors; explain found no route; config found a refused version",
            "  2    the command line is wrong",
            "  3    the configuration cannot be read at all",
            "  4    the proxy cannot start: no listener could be opened, or the admin port is taken",
            "  70   a bug",
            "  130  stopped at once by a second signal",
            "",
            "'waypoint COMMAND --help' tells more.",
        })
public final class WaypointCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    private WaypointCommand() {}

    /**
     * Runs a command line.
     *
     * @return the exit status
     */
    public static int execute(Operations operations, PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine(operations).setOut(out).setErr(err).execute(arguments);
    }

    /** The command line as a model, from which help and reference page are made. */
    static CommandLine commandLine(Operations operations) {
        CommandLine line = new CommandLine(new WaypointCommand())
                .addSubcommand(new RunCommand(operations))
                .addSubcommand(new ControllerCommand(operations))
                .addSubcommand(new StatusCommand(operations))
                .addSubcommand(new ConfigCommand(operations))
                .addSubcommand(new ValidateCommand(operations))
                .addSubcommand(new ExplainCommand(operations))
                .addSubcommand(LimitsCommand.commandLine(operations))
                .addSubcommand(new ConvertCommand(operations))
                .addSubcommand(ExtProcCommand.commandLine(operations))
                .addSubcommand(new ProxyCommand(operations))
                .addSubcommand(new WarmUpCommand(operations));
        for (CommandLine each : line.getSubcommands().values()) {
            each.getCommandSpec().mixinStandardHelpOptions(true);
        }
        line.getCommandSpec().mixinStandardHelpOptions(true);
        return line.setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("waypoint: this is a bug: " + failure);
                    failure.printStackTrace(command.getErr());
                    return ExitCode.INTERNAL;
                })
                .setUsageHelpWidth(110)
                .setUsageHelpAutoWidth(false)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "name a command");
        }
    }

    /** Tells the version of the build. */
    public static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"waypoint " + current()};
        }

        /** The version, {@code dev} outside of a jar. */
        public static String current() {
            String version = WaypointCommand.class.getPackage().getImplementationVersion();
            return version == null ? "dev" : version;
        }
    }
}
