package dev.waypoint.cli;

/** What commands ask to be done. Each returns an {@link ExitCode}. */
public interface Operations {

    /** Serves until a signal comes. */
    int run(RunRequest request);

    /** Reports everything that is wrong with a configuration. */
    int validate(ValidateRequest request);

    /** Tells what would happen to a request. */
    int explain(ExplainRequest request);

    /** Starts, serves a made-up configuration for a moment, and ends: what the start-up cache is made from. */
    int warmUp();
}
