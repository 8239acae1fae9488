package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.LogFormat;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.cli.TransportKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests of the proxy's own, in a process that is young. */
class SelfLoadTest {

    @ParameterizedTest
    @EnumSource(TransportKind.class)
    void ownRequestsAreServed(TransportKind transport) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        transport.name())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(said)
                .containsPattern("served [1-9][0-9]* requests of its own")
                .doesNotContain("WARN", "ERROR");
    }

    /** Loads itself and tells by its log what came of it. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            LoggingSetup.apply(LogFormat.text, "debug");
            RunRequest.Network network = new RunRequest.Network(
                    "127.0.0.1",
                    "127.0.0.1",
                    0,
                    1,
                    TransportKind.valueOf(arguments[0]),
                    new RunRequest.Drain(Duration.ZERO, Duration.ZERO),
                    Optional.empty());
            SelfLoad.run(network, Plugins.load(List.of()), Duration.ofSeconds(2));
        }
    }
}
