package dev.waypoint.cli;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How a proxy ends. */
final class DrainOptions {

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long running requests may take after a signal (default ${DEFAULT-VALUE}).")
    int drainSeconds = 30;

    @Option(
            names = "--drain-delay",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description =
                    "How long everything is still served after a signal, while /ready says 503 already, so that load balancers"
                            + " turn away before connections are refused (default ${DEFAULT-VALUE}).")
    int delaySeconds;

    /**
     * What was asked for.
     *
     * @throws ParameterException for a negative time
     */
    RunRequest.Drain drain(CommandSpec spec) {
        Bounds.seconds(spec, "--drain", drainSeconds);
        Bounds.seconds(spec, "--drain-delay", delaySeconds);
        return new RunRequest.Drain(Duration.ofSeconds(delaySeconds), Duration.ofSeconds(drainSeconds));
    }
}
