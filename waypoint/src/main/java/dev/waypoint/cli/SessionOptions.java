package dev.waypoint.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What signs the sessions of clients. */
final class SessionOptions {

    @Option(
            names = "--session-secret",
            paramLabel = "FILE",
            description = "File with the secret that signs session persistence, at least " + SessionSecret.MIN_BYTES
                    + " bytes; the same for all replicas. Default: made up at the start, so that sessions end with the process"
                    + " and other replicas do not know them.")
    @Nullable
    Path file;

    /**
     * The secret; empty if none is named.
     *
     * @throws ParameterException if the file cannot be read or is too short
     */
    Optional<SessionSecret> secret(CommandSpec spec) {
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SessionSecret(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--session-secret " + file + " cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--session-secret " + file + ": " + e.getMessage(), e);
        }
    }
}
