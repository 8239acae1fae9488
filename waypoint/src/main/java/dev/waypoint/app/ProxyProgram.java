package dev.waypoint.app;

import dev.waypoint.admin.ConfigState;
import dev.waypoint.admin.ProbeServer;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.ProxyRequest;
import dev.waypoint.cli.WaypointCommand;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.stream.Backoff;
import dev.waypoint.control.stream.ConfigReceiver;
import dev.waypoint.control.stream.ConfigStreamClient;
import dev.waypoint.control.stream.StreamStatus;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.observe.AccessLogMode;
import dev.waypoint.observe.Meters;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code waypoint proxy} from its start to its end. */
final class ProxyProgram {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyProgram.class);

    private final ProxyRequest request;
    private final PrintWriter out;
    private final PrintWriter err;
    private final AtomicInteger signals = new AtomicInteger();

    ProxyProgram(ProxyRequest request, PrintWriter out, PrintWriter err) {
        this.request = request;
        this.out = out;
        this.err = err;
    }

    int run() {
        LoggingSetup.apply(request.logs().format(), request.logs().level());
        Plugins plugins = Plugins.load(request.plugins().stream().toList());
        try (ExchangeLog log =
                        ExchangeLog.open(request.logs(), request.logs().access().orElse(new AccessLogMode.Off()));
                RecordingSetup recordings = RecordingSetup.open(request.logs());
                Waypoint waypoint =
                        new Waypoint(request.network(), plugins, Transports.open(request.network()), log.observers())) {
            recordings.use(waypoint);
            log.writer().ifPresent(lines -> waypoint.meters().droppedLines(lines::dropped));
            Signals.onTermination(() -> onSignal(waypoint));
            return serve(waypoint);
        } catch (IOException e) {
            err.println("waypoint: the folder of --transcripts cannot be used: " + e);
            return ExitCode.CANNOT_START;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL;
        }
    }

    private int serve(Waypoint waypoint) throws InterruptedException {
        ProxyRequest.Probes probes = request.probes();
        try (ConfigStreamClient client =
                new ConfigStreamClient(settings(), waypoint.catalog(), new Receiver(waypoint))) {
            waypoint.stream(client::status);
            waypoint.meters().stream(() -> facts(client.status()));
            int adminPort = waypoint.startAdmin();
            try (ProbeServer server = ProbeServer.start(
                    waypoint,
                    new InetSocketAddress(probes.bind(), probes.healthPort()),
                    new InetSocketAddress(probes.bind(), probes.metricsPort()))) {
                report(adminPort, server);
                SelfLoad.run(request.network(), waypoint.plugins(), SelfLoad.UNATTENDED);
                client.restore();
                client.start();
                waypoint.awaitDrain(request.network().drain().delay());
                waypoint.drainAndClose(request.network().drain().patience());
            }
        } catch (IllegalStateException e) {
            err.println("waypoint: " + e.getMessage());
            return ExitCode.CANNOT_START;
        }
        LOG.info("ended");
        return ExitCode.OK;
    }

    private ConfigStreamClient.Settings settings() {
        return new ConfigStreamClient.Settings(
                request.controller().host(),
                request.controller().port(),
                new DataPlane(request.plane().namespace(), request.plane().name()),
                request.plane().pod(),
                WaypointCommand.Version.current(),
                new ConfigStreamClient.Files(
                        request.files().token(),
                        request.files().authorities(),
                        request.files().state()),
                Backoff.DEFAULT);
    }

    private static Meters.StreamFacts facts(StreamStatus status) {
        return new Meters.StreamFacts(
                status.connected(),
                status.version(),
                status.counts().streams(),
                status.counts().bytes());
    }

    private void report(int adminPort, ProbeServer probes) {
        out.printf(
                "waypoint %s, proxy of %s/%s, transport %s, %d workers%n",
                WaypointCommand.Version.current(),
                request.plane().namespace(),
                request.plane().name(),
                request.network().transport(),
                request.network().workers());
        out.printf("  controller  %s%n", request.controller());
        out.printf("  admin       http://%s:%d/%n", request.network().adminBind(), adminPort);
        out.printf(
                "  health      http://%s:%d/healthz/ready%n", request.probes().bind(), probes.healthPort());
        out.printf(
                "  metrics     http://%s:%d/stats/prometheus%n",
                request.probes().bind(), probes.metricsPort());
        out.flush();
    }

    /** Puts what comes by the stream into force. */
    private static final class Receiver implements ConfigReceiver {
        private final Waypoint waypoint;

        Receiver(Waypoint waypoint) {
            this.waypoint = waypoint;
        }

        @Override
        public List<String> install(RoutingIr routing) {
            boolean onlyBackends = waypoint.state().snapshot().ir().listeners().equals(routing.listeners());
            ConfigState state = waypoint.apply(routing);
            waypoint.logNews();
            waypoint.ready();
            // Endpoints come and go all the time.
            LOG.atLevel(onlyBackends ? Level.DEBUG : Level.INFO)
                    .log(
                            "configuration changed: snapshot {}, {} listeners, {} backends",
                            state.snapshot().version(),
                            routing.listeners().size(),
                            routing.backends().size());
            List<String> problems = new ArrayList<>(state.snapshot().problems());
            state.socketProblems().forEach((socket, reason) -> problems.add(socket + " is not open: " + reason));
            return problems;
        }

        @Override
        public void refused(long version, String reason) {
            waypoint.meters().configRefused();
        }

        @Override
        public void replicas(int count) {
            waypoint.replicas(count);
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
