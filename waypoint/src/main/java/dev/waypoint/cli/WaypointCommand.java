package dev.waypoint.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
            "  1    validate found errors; explain found no route; config found a refused version;",
            "       status and extproc found something wrong",
            "  2    the command line is wrong",
            "  3    the configuration cannot be read at all",
            "  4    the proxy cannot start: no listener could be opened, or the admin port is taken",
            "  5    the controller lost the lead to another one; it is to be started again",
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
        return commandLine(named(operations, arguments)).setOut(out).setErr(err).execute(arguments);
    }

    /** The command line as a model, from which help and reference page are made. */
    static CommandLine commandLine(Operations operations) {
        return commandLine(commands(operations).values());
    }

    /** Each command by its name, in the order of help. The model of a command is made only when it is asked for. */
    private static Map<String, Supplier<CommandLine>> commands(Operations operations) {
        Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
        commands.put("run", () -> new CommandLine(new RunCommand(operations)));
        commands.put("controller", () -> new CommandLine(new ControllerCommand(operations)));
        commands.put("status", () -> new CommandLine(new StatusCommand(operations)));
        commands.put("config", () -> new CommandLine(new ConfigCommand(operations)));
        commands.put("validate", () -> new CommandLine(new ValidateCommand(operations)));
        commands.put("explain", () -> new CommandLine(new ExplainCommand(operations)));
        commands.put("limits", () -> LimitsCommand.commandLine(operations));
        commands.put("convert", () -> new CommandLine(new ConvertCommand(operations)));
        commands.put("extproc", () -> ExtProcCommand.commandLine(operations));
        commands.put("proxy", () -> new CommandLine(new ProxyCommand(operations)));
        commands.put("warm-up", () -> new CommandLine(new WarmUpCommand(operations)));
        return commands;
    }

    /** The command that the first argument names, or all of them: the models of all take a fifth of the time until a proxy is ready. */
    private static Collection<Supplier<CommandLine>> named(Operations operations, String... arguments) {
        Map<String, Supplier<CommandLine>> commands = commands(operations);
        Supplier<CommandLine> one = arguments.length == 0 ? null : commands.get(arguments[0]);
        return one == null ? commands.values() : List.of(one);
    }

    private static CommandLine commandLine(Collection<Supplier<CommandLine>> commands) {
        CommandLine line = new CommandLine(new WaypointCommand());
        for (Supplier<CommandLine> each : commands) {
            CommandLine command = each.get();
            command.getCommandSpec().mixinStandardHelpOptions(true);
            line.addSubcommand(command);
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
