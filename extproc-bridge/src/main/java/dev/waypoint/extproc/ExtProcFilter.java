package dev.waypoint.extproc;

import dev.waypoint.extproc.ExtProcConfig.ModeSet;
import dev.waypoint.extproc.client.ProcessorPool;
import dev.waypoint.extproc.client.ProcessorTarget;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.state.HeaderLimits;
import dev.waypoint.extproc.state.HeaderMutator;
import dev.waypoint.extproc.state.MachineSettings;
import dev.waypoint.extproc.state.Modes;
import dev.waypoint.extproc.state.Profile;
import dev.waypoint.extproc.transcript.Recorder;
import dev.waypoint.extproc.transcript.Redaction;
import dev.waypoint.extproc.transcript.Transcript;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.Recordings;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filters.RequestMatcher;
import io.grpc.Metadata;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls an external processor on each exchange. */
public final class ExtProcFilter implements StreamFilter {

    private final ExtProcConfig config;
    private final List<ProcessorPool> pools = new ArrayList<>();
    private final CallHeaders callHeaders;
    private final MachineSettings settings;
    private final Treatments treatments;
    private final RequestMatcher when;
    private final Messages messages;
    private final Happenings happenings;
    private final ProcessorMeters meters;
    private final Recordings recordings;
    private final Recorder.Limits recorderLimits;
    private final InstantSource clock;
    private final String provider;
    private final String owner;

    ExtProcFilter(ExtProcConfig config, FilterEnvironment environment) {
        this.config = config;
        this.callHeaders = new CallHeaders(config.provider().initialMetadata());
        Treatment.Variants variants = variants(config, config.failure().messageTimeout());
        this.settings = variants.plain();
        this.when = new RequestMatcher(config.processing().when());
        this.messages = new Messages(config, settings);
        ProcessorTarget target = target(config.provider(), environment);
        this.provider = config.provider().name().orElse(target.name());
        this.owner = environment.owner().toString();
        this.happenings = new Happenings(provider, environment);
        this.meters = new ProcessorMeters(environment.calls(provider));
        this.recordings = environment.recordings();
        this.clock = environment.clock();
        DebuggingConfig.Transcripts transcripts = config.debugging().transcripts();
        this.recorderLimits = new Recorder.Limits(
                transcripts.maxBodyBytes(), transcripts.maxBytes(), new Redaction(transcripts.redactedHeaders()));
        Treatment usual = new Treatment(
                variants,
                acquire(target),
                environment.endpoints(ExtProcFilterFactory.service(config.provider())),
                Treatment.Recording.OFF);
        this.treatments =
                new Treatments(config.debugging(), usual, marked -> special(marked, usual, target), environment);
    }

    private ProcessorPool acquire(ProcessorTarget target) {
        ProcessorPool pool = ProcessorPool.acquire(target);
        pools.add(pool);
        return pool;
    }

    /** How marked exchanges are treated; but for what the mark says, as all others. */
    private Treatment special(DebuggingConfig.Marked marked, Treatment usual, ProcessorTarget target) {
        Treatment.Variants variants =
                marked.messageTimeout().map(time -> variants(config, time)).orElse(usual.settings());
        if (marked.address().isEmpty()) {
            return new Treatment(variants, usual.pool(), usual.endpoints(), Treatment.Recording.OFF);
        }
        String address = marked.address().get();
        ProcessorTarget other = new ProcessorTarget(
                address,
                target.authority(),
                Optional.empty(),
                target.maxMessageBytes(),
                target.maxConcurrentStreams(),
                target.startRetries());
        var endpoint =
                new EndpointSource.Endpoint(DebuggingConfig.Marked.host(address), DebuggingConfig.Marked.port(address));
        return new Treatment(variants, acquire(other), new OneEndpoint(endpoint), Treatment.Recording.OFF);
    }

    private static Treatment.Variants variants(ExtProcConfig config, Duration messageTimeout) {
        long bytes = config.buffers().maxBytes();
        MachineSettings plain = settings(config, modes(config), bytes, messageTimeout);
        return new Treatment.Variants(
                plain,
                settings(config, modes(config), config.buffers().maxBytesHttp2().orElse(bytes), messageTimeout),
                config.permissions().profile() == Profile.EXTENDED
                        ? settings(config, withoutHolding(modes(config)), bytes, messageTimeout)
                        : plain);
    }

    private static ProcessorTarget target(ProviderConfig provider, FilterEnvironment environment) {
        ProviderConfig.BackendRef ref = provider.backendRef();
        String namespace = ref.namespace().orElse(environment.owner().namespace());
        String name = namespace + "/" + ref.name() + ":" + ref.port();
        return new ProcessorTarget(
                name,
                provider.authority().orElse(ref.name()),
                provider.tls().map(tls -> ProcessorTls.context(tls, environment)),
                provider.maxMessageBytes(),
                provider.maxConcurrentStreams().orElse(Integer.MAX_VALUE),
                provider.startRetries());
    }

    private static Modes modes(ExtProcConfig config) {
        return config.processing().modes().toModes();
    }

    /** Bodies of upgraded connections do not end, so they cannot be gathered. */
    private static Modes withoutHolding(Modes modes) {
        return new Modes(
                modes.requestHeaders(),
                modes.responseHeaders(),
                isGathered(modes.requestBody()) ? BodyMode.NONE : modes.requestBody(),
                isGathered(modes.responseBody()) ? BodyMode.NONE : modes.responseBody(),
                modes.requestTrailers(),
                modes.responseTrailers());
    }

    private static boolean isGathered(BodyMode mode) {
        return mode == BodyMode.BUFFERED || mode == BodyMode.BUFFERED_PARTIAL;
    }

    private static MachineSettings settings(
            ExtProcConfig config, Modes modes, long bufferBytes, Duration messageTimeout) {
        ExtProcConfig.Permissions permissions = config.permissions();
        ExtProcConfig.Failure failure = config.failure();
        HeaderLimits limits =
                new HeaderLimits(config.buffers().maxHeaders(), config.buffers().maxHeaderBytes());
        return new MachineSettings(
                modes,
                config.processing().overrideBase().map(ModeSet::toModes).orElse(modes),
                permissions.allowedOverrides().stream().map(ModeSet::toModes).toList(),
                new MachineSettings.Permissions(
                        permissions.modeOverride(),
                        permissions.immediateResponse(),
                        permissions.contentLength(),
                        permissions.routeCache()),
                failure.mode() == ExtProcConfig.FailureMode.OPEN,
                failure.status(),
                config.mode() == ExtProcConfig.Mode.OBSERVE,
                config.processing().earlyBody(),
                new MachineSettings.Timeouts(
                        messageTimeout.toMillis(), failure.maxMessageTimeout().toMillis()),
                new MachineSettings.Buffers(bufferBytes, bufferBytes),
                permissions.profile(),
                new HeaderMutator(permissions.mutationRules(), permissions.profile(), limits));
    }

    @Override
    public BodyDemand requestCeiling() {
        return demand(Direction.REQUEST);
    }

    @Override
    public BodyDemand responseCeiling() {
        return demand(Direction.RESPONSE);
    }

    /** Replies can have a body replaced in any mode, so all of it must pass here if anything is asked at all. */
    private BodyDemand demand(Direction direction) {
        boolean never =
                settings.modes().isOff(direction) && !settings.permissions().modeOverride();
        return never ? BodyDemand.none() : BodyDemand.duplex();
    }

    @Override
    public StreamSession open(Exchange exchange) {
        ExtProcSession session = new ExtProcSession(this, treatments.of(exchange), exchange);
        return config.processing().when().isEmpty() ? session : new ConditionalSession(session, when, exchange);
    }

    /** The name by which people know the processor. */
    String provider() {
        return provider;
    }

    ExtProcConfig config() {
        return config;
    }

    Metadata callHeaders(Exchange exchange) {
        return callHeaders.of(exchange);
    }

    Messages messages() {
        return messages;
    }

    Happenings happenings() {
        return happenings;
    }

    ProcessorMeters meters() {
        return meters;
    }

    Recordings recordings() {
        return recordings;
    }

    Recorder recorder(Exchange exchange, Treatment.Recording reason, long nowNanos) {
        Transcript.Origin origin = new Transcript.Origin(
                provider,
                owner,
                exchange.requestId(),
                exchange.request().method() + " " + exchange.request().path(),
                reason.name().toLowerCase(Locale.ROOT),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        return new Recorder(origin, recorderLimits, nowNanos);
    }

    /** The processor, who may use marks, and how long its answers have taken. */
    @Override
    public List<String> description() {
        List<String> lines = new ArrayList<>();
        lines.add("processor " + provider);
        config.debugging()
                .marked()
                .forEach(marked -> lines.add("marked by " + marked.header()
                        + marked.address()
                                .map(address -> ": goes to " + address)
                                .orElse("")));
        lines.addAll(meters.lines());
        return lines;
    }

    @Override
    public void close() {
        pools.forEach(ProcessorPool::release);
    }

    /** An address that does not change. */
    private record OneEndpoint(EndpointSource.Endpoint endpoint) implements EndpointSource {
        @Override
        public List<Endpoint> current() {
            return List.of(endpoint);
        }

        @Override
        public Subscription subscribe(Consumer<List<Endpoint>> listener) {
            return () -> {};
        }
    }
}
