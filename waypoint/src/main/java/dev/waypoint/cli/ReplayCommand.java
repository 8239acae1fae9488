package dev.waypoint.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waypoint extproc replay}. */
@Command(
        name = "replay",
        description = "Plays transcripts against a processor, and prints what it answers differently.",
        footer = {
            "",
            "Exit status: 0 all is answered as before, 1 something is not, 3 a file cannot be read",
            "",
            "Example:",
            "  waypoint extproc replay recorded/ --target localhost:9000 --ignore-header x-request-id",
        })
final class ReplayCommand implements Callable<Integer> {

    private final Operations operations;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Transcripts, or folders of them.")
    List<Path> files = List.of();

    @Mixin
    ProcessorOptions processor = new ProcessorOptions();

    @Option(
            names = "--ignore-header",
            paramLabel = "NAME",
            description = "A header that does not matter, wherever it is set or removed; may be repeated.")
    List<String> ignoredHeaders = new ArrayList<>();

    @Option(
            names = "--ignore-field",
            paramLabel = "NAME",
            description = "A field of messages that does not matter, such as dynamicMetadata; may be repeated.")
    List<String> ignoredFields = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long a reply may take (default ${DEFAULT-VALUE}).")
    int timeoutSeconds = 5;

    ReplayCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        if (timeoutSeconds < 1) {
            throw processor.wrong("--timeout is " + timeoutSeconds + ", expected 1 or more seconds");
        }
        return operations
                .processors()
                .replay(new ReplayRequest(
                        files, processor.read(), ignoredHeaders, ignoredFields, Duration.ofSeconds(timeoutSeconds)));
    }
}
