package dev.waypoint.app;

import dev.waypoint.admin.ProbeServer;
import dev.waypoint.admin.ProbeView;
import dev.waypoint.cli.ControllerRequest;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.control.cluster.ClassFinalizers;
import dev.waypoint.control.cluster.Controller;
import dev.waypoint.control.cluster.LeaderMark;
import dev.waypoint.control.cluster.Leadership;
import dev.waypoint.control.cluster.UnreadableObjects;
import dev.waypoint.control.provision.OwnedObjects;
import dev.waypoint.control.provision.Provisioner;
import dev.waypoint.control.status.EventRecorder;
import dev.waypoint.control.status.StatusWriter;
import dev.waypoint.control.stream.StreamCounters;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.source.ResourceSet;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterClients;
import dev.waypoint.source.kubernetes.KubernetesSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waypoint controller} from its start to its end. */
final class ControllerProgram {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerProgram.class);

    private final ControllerRequest request;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int status = ExitCode.OK;
    private volatile String unready = "the cluster's objects have not been read yet";

    ControllerProgram(ControllerRequest request) {
        this.request = request;
    }

    int run() {
        LoggingSetup.apply(request.logs().format(), request.logs().level());
        Signals.onTermination(() -> end(ExitCode.OK));
        Plugins plugins = Plugins.load(request.plugins().stream().toList());
        plugins.findings().forEach(finding -> LOG.warn("{}", finding));
        try (KubernetesClient client = ClusterClients.open();
                ControllerStreams streams = ControllerStreams.start(request, client);
                OwnedObjects owned = new OwnedObjects()) {
            return run(client, streams, owned, plugins);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL;
        } catch (java.io.IOException | IllegalStateException e) {
            LOG.error("the controller cannot start: {}", e.getMessage());
            return ExitCode.CANNOT_START;
        }
    }

    private int run(KubernetesClient client, ControllerStreams streams, OwnedObjects owned, Plugins plugins)
            throws InterruptedException {
        InstantSource clock = InstantSource.system();
        ClusterApi api = new ClusterApi(client, TranslatorSettings.CONTROLLER_NAME);
        EventRecorder events = new EventRecorder(api, clock, request.pod());
        AtomicReference<Controller> controller = new AtomicReference<>();
        try (KubernetesSource source = new KubernetesSource(client, set -> take(controller, set));
                StatusWriter statuses = new StatusWriter(
                        api,
                        new StatusWriter.Cluster(source::status, source::noteStatus, source::changedStatuses),
                        TranslatorSettings.CONTROLLER_NAME,
                        events,
                        clock);
                Controller acting = new Controller(
                        new Controller.Parts(
                                new Translator(plugins.catalog(), TranslatorSettings.FOR_CLUSTER),
                                streams.targets(),
                                new Provisioner(api, owned),
                                new ClassFinalizers(api, source::status, TranslatorSettings.CONTROLLER_NAME),
                                statuses,
                                new Controller.Proxies(
                                        request.proxies().image(),
                                        request.proxies().address()),
                                clock),
                        new UnreadableObjects(events, source::status));
                LeaderMark mark = new LeaderMark(api, LeaderMark.Settings.of(request.namespace(), request.pod()));
                ProbeServer _ = ProbeServer.start(
                        new Probes(acting, statuses, streams.counters()),
                        new InetSocketAddress(request.ports().health()),
                        new InetSocketAddress(request.ports().metrics()));
                Leadership leadership = new Leadership(
                        client,
                        request.namespace(),
                        request.pod(),
                        () -> {
                            acting.lead();
                            mark.lead();
                        },
                        () -> end(ExitCode.LEAD_LOST))) {
            controller.set(acting);
            owned.watch(client, acting::wake);
            source.start();
            leadership.start();
            LOG.info("watching {}", client.getMasterUrl());
            ended.await();
        }
        LOG.info("ended");
        return status;
    }

    private void take(AtomicReference<Controller> controller, ResourceSet set) {
        unready = "";
        Optional.ofNullable(controller.get()).ifPresent(acting -> acting.changed(set));
    }

    /** What the cluster asks this pod. */
    private final class Probes implements ProbeView {
        private final Controller acting;
        private final StatusWriter statuses;
        private final StreamCounters streams;

        Probes(Controller acting, StatusWriter statuses, StreamCounters streams) {
            this.acting = acting;
            this.statuses = statuses;
            this.streams = streams;
        }

        @Override
        public Optional<String> unready() {
            return unready.isEmpty() ? Optional.empty() : Optional.of(unready);
        }

        @Override
        public String metrics() {
            return ControllerMetrics.text(acting, statuses, streams);
        }
    }

    /** After the lead is lost nothing of ours may be written any more; a fresh process stands for election again. */
    private void end(int with) {
        if (ended.getCount() > 0) {
            if (with == ExitCode.LEAD_LOST) {
                LOG.error("the lead was lost; ending, to begin anew");
            }
            status = with;
            ended.countDown();
        }
    }
}
