package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waypoint extproc}. */
@Command(
        name = "extproc",
        description = "Tools for those who write ext_proc services.",
        synopsisSubcommandLabel = "COMMAND")
final class ExtProcCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    static CommandLine commandLine(Operations operations) {
        CommandLine transcripts = helpful(new Transcripts())
                .addSubcommand(helpful(new ListTranscripts(operations)))
                .addSubcommand(helpful(new ShowTranscripts(operations)));
        return new CommandLine(new ExtProcCommand())
                .addSubcommand(transcripts)
                .addSubcommand(helpful(new CheckProcessorCommand(operations)))
                .addSubcommand(helpful(new ReplayCommand(operations)));
    }

    private static CommandLine helpful(Object command) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().mixinStandardHelpOptions(true);
        return line;
    }

    @Override
    public void run() {
        nameACommand(spec);
    }

    private static void nameACommand(@Nullable CommandSpec spec) {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "name a command: " + String.join(", ", spec.subcommands().keySet()));
        }
    }

    /** {@code waypoint extproc transcripts}. */
    @Command(
            name = "transcripts",
            description = "Shows recorded exchanges with processors.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Transcripts implements Runnable {

        @Spec
        @Nullable
        CommandSpec spec;

        @Override
        public void run() {
            nameACommand(spec);
        }
    }

    /** {@code waypoint extproc transcripts list}. */
    @Command(
            name = "list",
            description = "Lists the transcripts of a folder, oldest first.",
            footer = {"", "Exit status: 0 done, 3 the folder or a file cannot be read"})
    static final class ListTranscripts implements Callable<Integer> {

        private final Operations operations;

        @Parameters(paramLabel = "DIR", description = "The folder that 'run --transcripts' names.")
        Path folder = Path.of("");

        ListTranscripts(Operations operations) {
            this.operations = operations;
        }

        @Override
        public Integer call() {
            return operations.processors().listTranscripts(folder);
        }
    }

    /** {@code waypoint extproc transcripts show}. */
    @Command(
            name = "show",
            description =
                    "Shows transcripts as ladders: each message with its time, size and content, and what was wrong.",
            footer = {"", "Exit status: 0 done, 3 a file cannot be read"})
    static final class ShowTranscripts implements Callable<Integer> {

        private final Operations operations;

        @Parameters(arity = "1..*", paramLabel = "FILE", description = "Transcripts, or folders of them.")
        List<Path> files = List.of();

        ShowTranscripts(Operations operations) {
            this.operations = operations;
        }

        @Override
        public Integer call() {
            return operations.processors().showTranscripts(files);
        }
    }
}
