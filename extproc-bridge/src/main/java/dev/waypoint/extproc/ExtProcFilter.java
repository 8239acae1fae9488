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
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;
import io.grpc.Metadata;

/** Calls an external processor on each exchange. */
public final class ExtProcFilter implements StreamFilter {

    private final ExtProcConfig config;
    private final ProcessorPool pool;
    private final EndpointSource endpoints;
    private final CallHeaders callHeaders;
    private final MachineSettings settings;
    private final MachineSettings settingsHttp2;
    private final MachineSettings settingsUpgrade;
    private final Messages messages;
    private final Happenings happenings;

    ExtProcFilter(ExtProcConfig config, FilterEnvironment environment) {
        this.config = config;
        this.endpoints = environment.endpoints(ExtProcFilterFactory.service(config.provider()));
        this.callHeaders = new CallHeaders(config.provider().initialMetadata());
        long bytes = config.buffers().maxBytes();
        this.settings = settings(config, modes(config), bytes);
        this.settingsHttp2 =
                settings(config, modes(config), config.buffers().maxBytesHttp2().orElse(bytes));
        this.settingsUpgrade = config.permissions().profile() == Profile.EXTENDED
                ? settings(config, withoutHolding(modes(config)), bytes)
                : settings;
        this.messages = new Messages(config, settings);
        this.happenings = new Happenings(environment);
        this.pool = ProcessorPool.acquire(target(config.provider(), environment));
    }

    private static ProcessorTarget target(ExtProcConfig.Provider provider, FilterEnvironment environment) {
        ExtProcConfig.BackendRef ref = provider.backendRef();
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

    private static MachineSettings settings(ExtProcConfig config, Modes modes, long bufferBytes) {
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
                        failure.messageTimeout().toMillis(),
                        failure.maxMessageTimeout().toMillis()),
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
        MachineSettings chosen;
        if (!exchange.request().upgrade().isEmpty()) {
            chosen = settingsUpgrade;
        } else if (exchange.connection().protocol() == Http.HTTP_2) {
            chosen = settingsHttp2;
        } else {
            chosen = settings;
        }
        return new ExtProcSession(this, chosen, exchange);
    }

    ExtProcConfig config() {
        return config;
    }

    ProcessorPool pool() {
        return pool;
    }

    EndpointSource endpoints() {
        return endpoints;
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

    @Override
    public void close() {
        pool.release();
    }
}
