package dev.waypoint.cli;

import dev.waypoint.control.ProxyLaunch;
import dev.waypoint.observe.AccessLogMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What every serving command can be told: what is bound, what is logged, how it ends. */
final class ServeOptions {

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "" + ProxyLaunch.ADMIN_PORT,
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

    @Mixin
    LogOptions log = new LogOptions();

    @Option(
            names = "--access-log",
            paramLabel = "MODE",
            description = "off, full, or sampled=5%% (that share, and all failures). Default off.")
    @Nullable
    String accessLog;

    @Mixin
    TranscriptOptions transcripts = new TranscriptOptions();

    /**
     * What is bound and how.
     *
     * @throws ParameterException if an option is out of bounds
     */
    RunRequest.Network network(CommandSpec spec) {
        Bounds.port(spec, "--admin-port", adminPort);
        Bounds.check(spec, workers >= 0 && workers <= 1024, "--workers is " + workers + ", expected 1 to 1024");
        int loops = workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
        return new RunRequest.Network(
                bind, adminBind, adminPort, loops, transport, drain.drain(spec), sessions.secret(spec));
    }

    /**
     * What is logged and how.
     *
     * @throws ParameterException if an option has no such value
     */
    RunRequest.Logs logs(CommandSpec spec) {
        return new RunRequest.Logs(log.format, log.level(spec), accessLogMode(spec), transcripts.request(spec));
    }

    private Optional<AccessLogMode> accessLogMode(CommandSpec spec) {
        if (accessLog == null) {
            return Optional.empty();
        }
        Optional<AccessLogMode> mode = AccessLogMode.parse(accessLog);
        Bounds.check(
                spec, mode.isPresent(), "--access-log is " + accessLog + ", expected off, full or sampled=PERCENT%");
        return mode;
    }
}
