package dev.waypoint.cli;

import dev.waypoint.observe.AccessLogMode;
import java.nio.file.Path;
import java.util.Optional;
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

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "15000",
            description = "Port of the admin pages (default ${DEFAULT-VALUE}); 0 for any free one, which is printed.")
    int adminPort;

    @Option(
            names = "--admin-bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address of the admin pages (default ${DEFAULT-VALUE}). They show configuration and can drain the proxy:"
                            + " keep them private.")
    String adminBind = "127.0.0.1";

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Address of listeners whose Gateway names none (default ${DEFAULT-VALUE}).")
    String bind = "0.0.0.0";

    @Option(names = "--workers", paramLabel = "N", description = "Event loops (default: the number of cores).")
    int workers;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "netty",
            description = "Who moves the bytes: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    TransportKind transport = TransportKind.netty;

    @Mixin
    DrainOptions drain = new DrainOptions();

    @Mixin
    SessionOptions sessions = new SessionOptions();

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "Both logs as ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). The program's log goes to standard"
                            + " error, the access log to standard output.")
    LogFormat logFormat = LogFormat.text;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace (default ${DEFAULT-VALUE}).")
    String logLevel = "info";

    @Option(
            names = "--access-log",
            paramLabel = "MODE",
            description = "off, full, or sampled=5%% (that share, and all failures). Default off.")
    @Nullable
    String accessLog;

    RunCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        check(adminPort >= 0 && adminPort <= 65535, "--admin-port is " + adminPort + ", expected 0 to 65535");
        check(workers >= 0 && workers <= 1024, "--workers is " + workers + ", expected 1 to 1024");
        check(
                logLevel.matches("(?i)error|warn|info|debug|trace"),
                "--log-level is " + logLevel + ", expected error, warn, info, debug or trace");
        int loops = workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
        check(envoyBootstrap != null || !strict, "--strict needs --envoy-bootstrap");
        check(envoyBootstrap == null || !config.isNamed(), "--envoy-bootstrap and a folder are named; expected one");
        RunRequest request = new RunRequest(
                envoyBootstrap == null ? config.path() : envoyBootstrap,
                config.byPosition(),
                config.plugins(),
                new RunRequest.Network(
                        bind, adminBind, adminPort, loops, transport, drain.drain(spec()), sessions.secret(spec())),
                new RunRequest.Logs(logFormat, logLevel, accessLogMode()));
        return envoyBootstrap == null ? operations.run(request) : operations.runEnvoy(request, strict);
    }

    private Optional<AccessLogMode> accessLogMode() {
        if (accessLog == null) {
            return Optional.empty();
        }
        Optional<AccessLogMode> mode = AccessLogMode.parse(accessLog);
        check(mode.isPresent(), "--access-log is " + accessLog + ", expected off, full or sampled=PERCENT%");
        return mode;
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
