package dev.waypoint.app;

import dev.waypoint.admin.ConfigState;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.LogFormat;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.observe.AccessLogMode;
import dev.waypoint.source.FolderContent;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.FolderWatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waypoint run} from its start to its end. */
final class RunningProgram {

    private static final Logger LOG = LoggerFactory.getLogger(RunningProgram.class);

    private final RunRequest request;
    private final FolderSource source;
    private final PrintWriter out;
    private final PrintWriter err;
    private final AtomicInteger signals = new AtomicInteger();

    RunningProgram(RunRequest request, FolderSource source, PrintWriter out, PrintWriter err) {
        this.request = request;
        this.source = source;
        this.out = out;
        this.err = err;
    }

    /** The folder of a configuration that may be a single file. */
    static Path folderOf(Path config) {
        if (Files.isDirectory(config)) {
            return config;
        }
        Path parent = config.toAbsolutePath().getParent();
        return parent == null ? config : parent;
    }

    int run(FolderContent content) {
        LoggingSetup.apply(request.logs().format(), request.logs().level());
        LocalRun.Split split = LocalRun.split(content, request.withLocalRun());
        LocalRun localRun = split.localRun();
        try (LocalProcesses processes = LocalProcesses.start(localRun, folderOf(request.config()))) {
            return serve(split.content(), localRun, processes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL;
        }
    }

    private int serve(FolderContent content, LocalRun localRun, LocalProcesses processes) throws InterruptedException {
        AccessLogMode mode = accessLogMode(localRun).orElse(new AccessLogMode.Off());
        try (ExchangeLog log = ExchangeLog.open(request.logs(), mode);
                RecordingSetup recordings = RecordingSetup.open(request.logs());
                Waypoint waypoint = new Waypoint(
                        request.network(), plugins(localRun), Transports.open(request.network()), log.observers())) {
            recordings.use(waypoint);
            log.writer().ifPresent(writer -> waypoint.meters().droppedLines(writer::dropped));
            Signals.onTermination(() -> onSignal(waypoint));
            return serve(waypoint, content, localRun, processes);
        } catch (IOException e) {
            err.println("waypoint: the folder of --transcripts cannot be used: " + e);
            return ExitCode.CANNOT_START;
        }
    }

    private int serve(Waypoint waypoint, FolderContent content, LocalRun localRun, LocalProcesses processes)
            throws InterruptedException {
        // The admin pages take as long to come up as all else together, so they do it at the same time.
        CompletableFuture<Integer> admin =
                CompletableFuture.supplyAsync(waypoint::startAdmin, Thread::startVirtualThread);
        ConfigState state = waypoint.apply(content);
        int adminPort;
        try {
            adminPort = admin.join();
        } catch (CompletionException e) {
            String why = Optional.ofNullable(e.getCause()).orElse(e).getMessage();
            err.println("waypoint: " + why);
            return ExitCode.CANNOT_START;
        }
        if (localRun.processes().isEmpty()) {
            // Whoever tries it out at a desk, with programs that start beside it, wants an answer sooner than a
            // thousand of them.
            SelfLoad.run(request.network(), waypoint.plugins(), SelfLoad.WAITED_FOR);
        }
        waypoint.ready();
        report(StartupReport.of(request, state, adminPort, StartupReport.sinceStart()));
        waypoint.logNews();
        if (!state.snapshot().ports().isEmpty()
                && state.socketProblems().size() == state.snapshot().ports().size()) {
            err.println("waypoint: no listener could be opened");
            return ExitCode.CANNOT_START;
        }
        processes.startRest();
        try (FolderWatch _ = source.watch(changed -> reload(waypoint, changed))) {
            processes.awaitListening();
            localRun.tryOut().forEach(out::println);
            waypoint.awaitDrain(request.network().drain().delay());
        } catch (IOException e) {
            err.println("waypoint: " + request.config() + " cannot be watched: " + e);
            return ExitCode.NO_INPUT;
        }
        waypoint.drainAndClose(request.network().drain().patience());
        LOG.info("ended");
        return ExitCode.OK;
    }

    private void reload(Waypoint waypoint, FolderContent changed) {
        long start = System.nanoTime();
        ConfigState state =
                waypoint.apply(LocalRun.split(changed, request.withLocalRun()).content());
        LOG.info(
                "configuration changed: snapshot {}, {} objects, {} findings, in force after {} ms",
                state.snapshot().version(),
                state.resources().size(),
                state.findings().size(),
                Duration.ofNanos(System.nanoTime() - start).toMillis());
        waypoint.logNews();
    }

    private void report(String text) {
        if (request.logs().format() == LogFormat.json) {
            text.lines().forEach(line -> LOG.info("{}", line.strip()));
        } else {
            out.print(text);
            out.flush();
        }
    }

    private void onSignal(Waypoint waypoint) {
        if (signals.incrementAndGet() == 1) {
            waypoint.drain();
        } else {
            Runtime.getRuntime().halt(ExitCode.STOPPED);
        }
    }

    private Plugins plugins(LocalRun localRun) {
        List<Path> folders = new ArrayList<>(request.plugins().stream().toList());
        localRun.plugins()
                .forEach(plugin -> folders.add(folderOf(request.config()).resolve(plugin)));
        return Plugins.load(folders);
    }

    private Optional<AccessLogMode> accessLogMode(LocalRun localRun) {
        return request.logs().access().or(() -> localRun.accessLog().flatMap(AccessLogMode::parse));
    }
}
