package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code waypoint limits}. */
@Command(name = "limits", description = "Tools for rate limits.", synopsisSubcommandLabel = "COMMAND")
final class LimitsCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    static CommandLine commandLine(Operations operations) {
        CommandLine simulate = new CommandLine(new Simulate(operations));
        simulate.getCommandSpec().mixinStandardHelpOptions(true);
        return new CommandLine(new LimitsCommand()).addSubcommand(simulate);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "name a command: simulate");
        }
    }

    /** {@code waypoint limits simulate}. */
    @Command(
            name = "simulate",
            description = {
                "Tells who would have been refused, in what second, by which limit.",
                "Asks the limits of RateLimitPolicies, whatever their targets, about the requests of an access log in the",
                "form that waypoint writes, text or JSON. Values that the log does not hold (headers other than user-agent,",
                "cookies, claims, identities) count as missing.",
            },
            footer = {
                "",
                "Exit status: 0 done, 1 the policy has errors, 3 a file cannot be read",
                "",
                "Example:",
                "  waypoint limits simulate --policy limits.yaml --access-log access.log",
            })
    static final class Simulate implements Callable<Integer> {

        private final Operations operations;

        @Option(
                names = "--policy",
                required = true,
                paramLabel = "FILE",
                description = "RateLimitPolicies, as YAML or JSON.")
        Path policy = Path.of("");

        @Option(names = "--access-log", required = true, paramLabel = "FILE", description = "The access log.")
        Path accessLog = Path.of("");

        @Option(
                names = "--replicas",
                paramLabel = "N",
                defaultValue = "1",
                description = "How many replicas share divided limits (default ${DEFAULT-VALUE}).")
        int replicas = 1;

        Simulate(Operations operations) {
            this.operations = operations;
        }

        @Override
        public Integer call() {
            return operations.simulateLimits(new SimulateRequest(policy, accessLog, Math.max(1, replicas)));
        }
    }
}
