package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say where exchanges with processors are recorded. */
final class TranscriptOptions {

    private static final long MIB = 1 << 20;

    @Option(
            names = "--transcripts",
            paramLabel = "DIR",
            description =
                    "Folder for transcripts of exchanges with processors. Which are recorded is for their providers to say;"
                            + " without this option none is.")
    @Nullable
    Path folder;

    @Option(
            names = "--transcripts-max-files",
            paramLabel = "N",
            defaultValue = "1000",
            description = "The most transcripts that are kept (default ${DEFAULT-VALUE}); the oldest go first.")
    int files = 1000;

    @Option(
            names = "--transcripts-max-mib",
            paramLabel = "MIB",
            defaultValue = "256",
            description = "Their sizes together at most, in MiB (default ${DEFAULT-VALUE}).")
    int mebibytes = 256;

    /**
     * What was asked for.
     *
     * @throws picocli.CommandLine.ParameterException if a bound is less than 1
     */
    Optional<RunRequest.Transcripts> request(CommandSpec spec) {
        Bounds.check(spec, files >= 1, "--transcripts-max-files is " + files + ", expected 1 or more");
        Bounds.check(spec, mebibytes >= 1, "--transcripts-max-mib is " + mebibytes + ", expected 1 or more");
        return Optional.ofNullable(folder).map(each -> new RunRequest.Transcripts(each, files, mebibytes * MIB));
    }
}
