package dev.waypoint.source.envoy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code config.core.v3.DataSource}: a file, an environment variable, or what is written in place. */
final class DataSources {

    private DataSources() {}

    /** The content as text; empty, with a finding, if it cannot be had. */
    static Optional<String> text(Message source) {
        return bytes(source).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    static Optional<byte[]> bytes(Message source) {
        String which = source.oneOf("filename", "inline_bytes", "inline_string", "environment_variable")
                .orElse("");
        return switch (which) {
            case "filename" -> file(source, source.string("filename"));
            case "inline_bytes" -> Optional.of(source.bytes("inline_bytes"));
            case "inline_string" -> Optional.of(source.string("inline_string").getBytes(StandardCharsets.UTF_8));
            case "environment_variable" -> variable(source, source.string("environment_variable"));
            default -> {
                source.problems()
                        .error(
                                source.path(),
                                "",
                                "expected filename, inline_string, inline_bytes or environment_variable");
                yield Optional.empty();
            }
        };
    }

    private static Optional<byte[]> file(Message source, String name) {
        try {
            return Optional.of(Files.readAllBytes(Path.of(name)));
        } catch (IOException | InvalidPathException e) {
            source.error("filename", "cannot be read: " + e);
            return Optional.empty();
        }
    }

    private static Optional<byte[]> variable(Message source, String name) {
        String value = System.getenv(name);
        if (value == null) {
            source.error("environment_variable", "expected an environment variable that is set");
            return Optional.empty();
        }
        return Optional.of(value.getBytes(StandardCharsets.UTF_8));
    }
}
