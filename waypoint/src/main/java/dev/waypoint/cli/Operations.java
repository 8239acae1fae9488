package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;

/** What commands ask to be done. Each returns an {@link ExitCode}. */
public interface Operations {

    /** Serves until a signal comes. */
    int run(RunRequest request);

    /**
     * Serves an Envoy bootstrap until a signal comes.
     *
     * @param request its {@code config} is the bootstrap
     * @param strict whether a bootstrap with warnings is refused
     */
    int runEnvoy(RunRequest request, boolean strict);

    /**
     * Prints an Envoy bootstrap as objects.
     *
     * @param plugins a folder of jars
     * @param strict whether it is a failure if anything is left out
     */
    int convertEnvoy(Path file, Optional<Path> plugins, boolean strict);

    /** Reports everything that is wrong with a configuration. */
    int validate(ValidateRequest request);

    /** Tells what would happen to a request. */
    int explain(ExplainRequest request);

    /** Tells whom rate limits would have refused. */
    int simulateLimits(SimulateRequest request);

    /** Starts, serves a made-up configuration for a moment, and ends: what the start-up cache is made from. */
    int warmUp();

    /** What authors of processors ask for. */
    ProcessorOperations processors();

    /** What runs in a cluster. */
    ClusterOperations cluster();
}
