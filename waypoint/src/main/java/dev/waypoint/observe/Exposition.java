package dev.waypoint.observe;

import dev.waypoint.config.Finding.Severity;
import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.ir.BackendId;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;
import java.util.Optional;

/** The metrics as Prometheus reads them: ours, and those of the JVM and the process. */
public final class Exposition implements AutoCloseable {

    private final Meters meters;
    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics gc = new JvmGcMetrics();

    /** Begins to watch the JVM. Takes some tens of milliseconds: not on the way to readiness. */
    public Exposition(Meters meters) {
        this.meters = meters;
        PrometheusRegistry collectors = new PrometheusRegistry();
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, collectors, Clock.SYSTEM);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        MultiCollector own = this::collect;
        collectors.register(own);
    }

    /** The text exposition format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    private MetricSnapshots collect() {
        MetricPage page = new MetricPage();
        exchanges(page);
        backends(page);
        filters(page);
        calls(page);
        config(page);
        meters.lag().ifPresent(lag -> loops(page, lag));
        page.count(Metric.CONNECTIONS, meters.openConnections());
        page.count(Metric.ACTIVE, meters.exchanges().active());
        page.count(Metric.ACCESS_LOG_DROPPED, meters.lostLines());
        return page.snapshots();
    }

    private void exchanges(MetricPage page) {
        for (ExchangeSeries series : meters.exchanges().series()) {
            ExchangeSeries.Target target = series.target;
            String backend = target.backend().map(BackendId::toString).orElse("");
            String[] way = {target.listener(), target.route(), target.rule(), backend};
            page.add(Metric.DURATION, series.latency, way);
            page.count(Metric.REQUEST_BYTES, series.bytes.get(0), way);
            page.count(Metric.RESPONSE_BYTES, series.bytes.get(1), way);
            String service = target.backend().map(Exposition::host).orElse("unknown");
            String name = target.backend().map(BackendId::service).orElse("unknown");
            String namespace = target.backend().map(BackendId::namespace).orElse("unknown");
            page.add(Metric.ISTIO_DURATION, series.latency, "waypoint", service, name, namespace);
            series.forEachAnswer((answer, count) -> {
                String flag = answer.cause().map(ReplyCause::flag).orElse("-");
                String code = Integer.toString(answer.status());
                String grpc = answer.grpcStatus() < 0 ? "" : Integer.toString(answer.grpcStatus());
                page.count(
                        Metric.REQUESTS,
                        count,
                        target.listener(),
                        target.route(),
                        target.rule(),
                        backend,
                        code,
                        flag,
                        protocol(answer));
                page.count(
                        Metric.ISTIO_REQUESTS,
                        count,
                        "waypoint",
                        service,
                        name,
                        namespace,
                        answer.grpcStatus() < 0 ? "http" : "grpc",
                        code,
                        grpc,
                        flag,
                        answer.tls() ? "tls" : "none");
            });
        }
    }

    private static String host(BackendId backend) {
        return backend.service() + "." + backend.namespace() + ".svc.cluster.local";
    }

    private static String protocol(ExchangeSeries.Answer answer) {
        if (answer.grpcStatus() >= 0) {
            return "grpc";
        }
        return answer.protocol() == Http.HTTP_2 ? "http2" : "http1";
    }

    private void backends(MetricPage page) {
        meters.backends().forEach((id, counts) -> {
            String backend = id.toString();
            page.count(Metric.UPSTREAM_EVENTS, counts.connects.sum(), backend, "connect");
            page.count(Metric.UPSTREAM_EVENTS, counts.connectFailures.sum(), backend, "connect_failure");
            page.count(Metric.UPSTREAM_EVENTS, counts.resets.sum(), backend, "reset");
            page.count(Metric.UPSTREAM_EVENTS, counts.timeouts.sum(), backend, "timeout");
            page.count(Metric.UPSTREAM_EVENTS, counts.retries.sum(), backend, "retry");
            page.count(Metric.UPSTREAM_EVENTS, counts.retriesOverBudget.sum(), backend, "retry_over_budget");
            page.count(Metric.UPSTREAM_EVENTS, counts.ejections.sum(), backend, "ejection");
            page.count(Metric.UPSTREAM_EVENTS, counts.overflows.sum(), backend, "overflow");
            page.count(Metric.UPSTREAM_EVENTS, counts.mirrored.sum(), backend, "mirror");
            page.count(Metric.UPSTREAM_CONNECTIONS, counts.open(), backend);
            BackendMeters.EndpointStates states = counts.endpoints();
            page.count(Metric.UPSTREAM_ENDPOINTS, states.ready(), backend, "ready");
            page.count(Metric.UPSTREAM_ENDPOINTS, states.unhealthy(), backend, "unhealthy");
            page.count(Metric.UPSTREAM_ENDPOINTS, states.ejected(), backend, "ejected");
            page.count(Metric.UPSTREAM_ENDPOINTS, states.leaving(), backend, "leaving");
            page.count(Metric.UPSTREAM_EVENTS, counts.sessionsKept.sum(), backend, "session_kept");
            page.count(Metric.UPSTREAM_EVENTS, counts.sessionsTold.sum(), backend, "session_told");
        });
    }

    private void filters(MetricPage page) {
        FilterCounters filters = meters.filters();
        filters.forEachVerdict((key, counts) -> {
            String filter = key.filter();
            String owner = key.owner().toString();
            page.count(Metric.FILTER_VERDICTS, counts.passed.sum(), filter, owner, "next");
            page.count(Metric.FILTER_VERDICTS, counts.replied.sum(), filter, owner, "reply");
            page.count(Metric.FILTER_VERDICTS, counts.shadowReplied.sum(), filter, owner, "shadow_reply");
            page.count(Metric.FILTER_VERDICTS, counts.rerouted.sum(), filter, owner, "reroute");
            page.count(Metric.FILTER_VERDICTS, counts.failed.sum(), filter, owner, "error");
        });
        filters.forEachEvent((key, count) -> page.count(
                Metric.FILTER_EVENTS, count, key.filter(), key.owner().toString(), key.event()));
        filters.forEachValue((key, value) -> page.count(
                Metric.FILTER_VALUES, value, key.filter(), key.owner().toString(), key.event()));
        filters.forEachTimer((key, timer) ->
                page.add(Metric.FILTER_SECONDS, timer, key.filter(), key.owner().toString(), key.event()));
    }

    private void calls(MetricPage page) {
        meters.filters().forEachCall((key, counts) -> {
            String[] pair = {key.filter(), key.peer()};
            page.count(Metric.CALLS_ACTIVE, counts.active.sum(), pair);
            page.count(Metric.CALLS_BLOCKED, counts.blocked.sum(), pair);
            page.count(Metric.CALL_UNANSWERED, counts.unanswered.sum(), pair);
            page.count(Metric.CALL_HELD, counts.held.sum(), pair);
            counts.forEachPhase((phase, messages) -> {
                if (messages.isSilent()) {
                    return;
                }
                String filter = key.filter();
                String peer = key.peer();
                page.add(Metric.CALL_DURATION, messages, filter, peer, phase);
                page.count(Metric.CALL_MESSAGES, messages.sent.sum(), filter, peer, phase, "sent");
                page.count(Metric.CALL_MESSAGES, messages.received.sum(), filter, peer, phase, "received");
                page.count(Metric.CALL_BYTES, messages.sentBytes.sum(), filter, peer, phase, "sent");
                page.count(Metric.CALL_BYTES, messages.receivedBytes.sum(), filter, peer, phase, "received");
            });
        });
        meters.filters().recordingFolder().ifPresent(folder -> {
            page.count(Metric.RECORDINGS, folder.written(), "written");
            page.count(Metric.RECORDINGS, folder.lost(), "lost");
            page.count(Metric.RECORDINGS, folder.failed(), "failed");
        });
    }

    private void config(MetricPage page) {
        Meters.ConfigFacts config = meters.config();
        page.count(Metric.CONFIG_VERSION, config.version());
        page.add(Metric.CONFIG_LAST_CHANGE, config.installedMillis() / 1000.0);
        page.count(Metric.CONFIG_OBJECTS, config.objects());
        page.count(Metric.CONFIG_CHANGES, meters.installedChanges(), "installed");
        page.count(Metric.CONFIG_CHANGES, meters.refusedChanges(), "refused");
        meters.stream().ifPresent(stream -> {
            page.count(Metric.STREAM_CONNECTED, stream.connected() ? 1 : 0);
            page.count(Metric.STREAM_VERSION, stream.version());
            page.count(Metric.STREAM_STREAMS, stream.streams());
            page.count(Metric.STREAM_BYTES, stream.bytes());
        });
        for (Severity severity : Severity.values()) {
            int count = Optional.ofNullable(config.findings().get(severity)).orElse(0);
            page.count(Metric.CONFIG_FINDINGS, count, severity.name().toLowerCase(Locale.ROOT));
        }
    }

    private static void loops(MetricPage page, EventLoopLag lag) {
        for (int loop = 0; loop < lag.loops(); loop++) {
            page.add(Metric.LOOP_LAG, lag.lag(loop), Integer.toString(loop));
            page.add(Metric.LOOP_WORST_LAG, lag.takeWorstSeconds(loop), Integer.toString(loop));
        }
    }
}
