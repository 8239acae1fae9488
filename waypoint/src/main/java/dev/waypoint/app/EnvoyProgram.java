package dev.waypoint.app;

import dev.waypoint.admin.ConfigState;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.config.Finding;
import dev.waypoint.config.Finding.Severity;
import dev.waypoint.observe.AccessLogMode;
import dev.waypoint.source.envoy.BootstrapWatch;
import dev.waypoint.source.envoy.EnvoyBootstrap;
import dev.waypoint.source.envoy.UnreadableBootstrap;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waypoint run --envoy-bootstrap} from its start to its end. */
final class EnvoyProgram {

    private static final Logger LOG = LoggerFactory.getLogger(EnvoyProgram.class);

    private final RunRequest request;
    private final boolean strict;
    private final PrintWriter out;
    private final PrintWriter err;
    private final AtomicInteger signals = new AtomicInteger();

    EnvoyProgram(RunRequest request, boolean strict, PrintWriter out, PrintWriter err) {
        this.request = request;
        this.strict = strict;
        this.out = out;
        this.err = err;
    }

    int run() {
        LoggingSetup.apply(request.logs().format(), request.logs().level());
        Plugins plugins = Plugins.load(request.plugins().stream().toList());
        EnvoyBootstrap bootstrap;
        try {
            bootstrap = EnvoyBootstrap.read(request.config(), plugins.catalog());
        } catch (UnreadableBootstrap e) {
            err.println("waypoint: " + e.getMessage());
            return ExitCode.NO_INPUT;
        }
        if (refused(bootstrap)) {
            bootstrap.findings().forEach(finding -> err.println(finding.severity() + " " + finding));
            err.println("waypoint: " + request.config() + " is refused: see above");
            return ExitCode.CANNOT_START;
        }
        try {
            return serve(bootstrap, plugins);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL;
        }
    }

    private boolean refused(EnvoyBootstrap bootstrap) {
        return bootstrap.findings().stream()
                .map(Finding::severity)
                .anyMatch(severity -> strict || severity == Severity.ERROR);
    }

    private int serve(EnvoyBootstrap bootstrap, Plugins plugins) throws InterruptedException {
        AccessLogMode mode = request.logs().access().orElse(new AccessLogMode.Off());
        try (ExchangeLog log = ExchangeLog.open(request.logs(), mode);
                RecordingSetup recordings = RecordingSetup.open(request.logs());
                Waypoint waypoint =
                        new Waypoint(request.network(), plugins, Transports.open(request.network()), log.observers())) {
            recordings.use(waypoint);
            log.writer().ifPresent(writer -> waypoint.meters().droppedLines(writer::dropped));
            Signals.onTermination(() -> onSignal(waypoint));
            return serve(waypoint, bootstrap);
        } catch (IOException e) {
            err.println("waypoint: the folder of --transcripts cannot be used: " + e);
            return ExitCode.CANNOT_START;
        }
    }

    private int serve(Waypoint waypoint, EnvoyBootstrap bootstrap) throws InterruptedException {
        int adminPort;
        try {
            adminPort = waypoint.startAdmin();
        } catch (IllegalStateException e) {
            err.println("waypoint: " + e.getMessage());
            return ExitCode.CANNOT_START;
        }
        ConfigState state = waypoint.apply(bootstrap);
        if (!state.snapshot().problems().isEmpty()) {
            state.snapshot().problems().forEach(problem -> err.println("waypoint: " + problem));
            return ExitCode.CANNOT_START;
        }
        SelfLoad.run(request.network(), waypoint.plugins(), SelfLoad.WAITED_FOR);
        waypoint.ready();
        out.print(StartupReport.of(request, state, adminPort, StartupReport.sinceStart()));
        out.flush();
        waypoint.logNews();
        if (!state.socketProblems().isEmpty()
                && state.socketProblems().size() == state.snapshot().ports().size()) {
            err.println("waypoint: no listener could be opened");
            return ExitCode.CANNOT_START;
        }
        AtomicReference<BootstrapWatch> watch = new AtomicReference<>();
        watch.set(BootstrapWatch.start(bootstrap.files(), () -> reload(waypoint, watch)));
        try (BootstrapWatch _ = watch.get()) {
            waypoint.awaitDrain(request.network().drain().delay());
        }
        waypoint.drainAndClose(request.network().drain().patience());
        LOG.info("ended");
        return ExitCode.OK;
    }

    /** A change that is wrong is not put into force. */
    private void reload(Waypoint waypoint, AtomicReference<BootstrapWatch> watch) {
        try {
            EnvoyBootstrap next = EnvoyBootstrap.read(request.config(), waypoint.catalog());
            if (refused(next)) {
                LOG.error("{} changed and is refused, what was in force stays", request.config());
                next.findings().forEach(finding -> LOG.error("{}", finding));
                return;
            }
            ConfigState state = waypoint.apply(next);
            BootstrapWatch current = watch.get();
            if (current != null) {
                current.watch(next.files());
            }
            LOG.info(
                    "configuration changed: snapshot {}, {} findings",
                    state.snapshot().version(),
                    state.findings().size());
            waypoint.logNews();
        } catch (UnreadableBootstrap e) {
            LOG.error("{}, what was in force stays", e.getMessage());
        }
    }

    private void onSignal(Waypoint waypoint) {
        if (signals.incrementAndGet() == 1) {
            waypoint.drain();
        } else {
            Runtime.getRuntime().halt(ExitCode.STOPPED);
        }
    }
}
