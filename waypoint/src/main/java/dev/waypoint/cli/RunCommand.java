package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code waypoint run}. */
@Command(
        name = "run",
        description = {
            "Serves a folder of Gateway API objects; no cluster needed.",
            "A changed file is in force within 300 ms. What is wrong with an object is logged once, shown by /config, and hurts"
                    + " no other object.",
        },
        footer = {
            "",
            "Signals:",
            "  SIGTERM, SIGINT   drain: /ready turns to 503, after --drain-delay no new connections, running requests end, exit 0",
            "  the same again    stop at once, exit 130",
            "",
            "Examples:",
            "  waypoint run examples/quickstart",
            "  waypoint run --config /etc/waypoint --bind 127.0.0.1 --admin-port 0 --access-log full --log-format json",
        })
final class RunCommand implements Callable<Integer> {

    private final Operations operations;

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    ConfigOptions config = new ConfigOptions();

    @Option(
            names = "--envoy-bootstrap",
            paramLabel = "FILE",
            description =
                    "Serve a static Envoy bootstrap (YAML or JSON) in place of a folder. What is wrong in it is named with"
                            + " its path, and keeps the proxy from starting.")
    @Nullable
    Path envoyBootstrap;

    @Option(
            names = "--strict",
            description = "With --envoy-bootstrap: also refuse what is not understood or has no effect here.")
    boolean strict;

    @Mixin
    ServeOptions serve = new ServeOptions();

    RunCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        check(envoyBootstrap != null || !strict, "--strict needs --envoy-bootstrap");
        check(envoyBootstrap == null || !config.isNamed(), "--envoy-bootstrap and a folder are named; expected one");
        RunRequest request = new RunRequest(
                envoyBootstrap == null ? config.path() : envoyBootstrap,
                config.byPosition(),
                config.plugins(),
                serve.network(spec()),
                serve.logs(spec()));
        return envoyBootstrap == null ? operations.run(request) : operations.runEnvoy(request, strict);
    }

    private void check(boolean good, String otherwise) {
        if (!good) {
            throw new ParameterException(spec().commandLine(), otherwise);
        }
    }

    private CommandSpec spec() {
        return spec == null ? new CommandLine(this).getCommandSpec() : spec;
    }
}
