package dev.waypoint.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code waypoint warm-up}, for the launcher. */
@Command(
        name = "warm-up",
        hidden = true,
        description = "Serves a made-up configuration for a moment; for the start-up cache.")
final class WarmUpCommand implements Callable<Integer> {

    private final Operations operations;

    WarmUpCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        return operations.warmUp();
    }
}
