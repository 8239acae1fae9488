package dev.waypoint.transport.armeria;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.ClientFactoryOptions;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.common.util.TransportType;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamTarget;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Calls upstream by Armeria's clients, each on the event loop of its exchange. Armeria keeps a pool for each loop and target. */
final class UpstreamClients implements Upstream, AutoCloseable {

    private static final int STREAM_WINDOW = 256 * 1024;

    /** Far larger than a stream's, so that one slow client does not stop all streams of a connection. */
    private static final int CONNECTION_WINDOW = 16 * 1024 * 1024;

    private static final int MAX_HEAD = 256 * 1024;
    private static final int MAX_KNOWN = 10_000;

    private final EventLoopGroup loops;
    private final DnsAddressResolverGroup names;
    private final Map<FactorySettings, ClientFactory> factories = new ConcurrentHashMap<>();
    private final Map<FactorySettings, WebClient> clients = new ConcurrentHashMap<>();
    private final Map<BackendId, BackendLoad> loads = new ConcurrentHashMap<>();

    /** Targets are made once for each snapshot, so their identity is as good as their value, and cheaper. */
    private final FastThreadLocal<Map<UpstreamTarget, Destination>> byIdentity = new FastThreadLocal<>() {
        @Override
        protected Map<UpstreamTarget, Destination> initialValue() {
            return new IdentityHashMap<>();
        }
    };

    private final Map<UpstreamTarget, Destination> destinations = new ConcurrentHashMap<>();

    /** What Armeria lets choose for each factory only, not for each request. */
    private record FactorySettings(long connectMillis, long idleMillis, int maxRequestsPerConnection) {
        static final FactorySettings USUAL = new FactorySettings(
                BackendSettingsIr.DEFAULT.connectTimeout().toMillis(),
                BackendSettingsIr.DEFAULT.idleTimeout().toMillis(),
                BackendSettingsIr.DEFAULT.limits().maxRequestsPerConnection());
    }

    UpstreamClients(EventLoopGroup loops) {
        this.loops = loops;
        this.names = new DnsAddressResolverGroup(
                new DnsNameResolverBuilder().datagramChannelType(TransportType.datagramChannelType(loops)));
        // Armeria's first client takes long to make; not on an event loop, not while a request waits.
        clients.computeIfAbsent(FactorySettings.USUAL, this::client);
    }

    @Override
    public Call open(EventExecutor loop, UpstreamTarget target, RequestHead head, boolean end, ResponseEvents events) {
        if (!head.upgrade().isEmpty()) {
            return new UpgradeCall(loop, target, names, events).start(head);
        }
        return new UpstreamCall(loop, head.method(), events, names).start(() -> destination(target), head, end);
    }

    private Destination destination(UpstreamTarget target) {
        Map<UpstreamTarget, Destination> known = byIdentity.get();
        Destination destination = known.get(target);
        if (destination == null) {
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            if (destinations.size() >= MAX_KNOWN) {
                destinations.clear();
            }
            destination = destinations.computeIfAbsent(target, this::make);
            known.put(target, destination);
        }
        return destination;
    }

    private Destination make(UpstreamTarget target) {
        FactorySettings settings = new FactorySettings(
                target.connectTimeout().toMillis(),
                target.idleTimeout().toMillis(),
                target.limits().maxRequestsPerConnection());
        WebClient client = clients.computeIfAbsent(settings, this::client);
        return Destination.of(target, client, loads.computeIfAbsent(target.backend(), id -> new BackendLoad()));
    }

    private WebClient client(FactorySettings settings) {
        return WebClient.builder((delegate, context, request) -> {
                    UpstreamCall call = ((RequestStream) request).call();
                    context.setSessionProtocol(call.destination().protocol());
                    context.setEndpointGroup(call.endpoint());
                    context.setEventLoop(call.loop());
                    return delegate.execute(context, request);
                })
                .factory(factories.computeIfAbsent(settings, this::factory))
                .responseTimeoutMillis(0)
                .writeTimeoutMillis(0)
                .maxResponseLength(0)
                .decorator((delegate, context, request) -> {
                    ((RequestStream) request).reveal();
                    ((RequestStream) request).call().begun(context);
                    return delegate.execute(QuietContext.of(context), request);
                })
                .build();
    }

    private ClientFactory factory(FactorySettings settings) {
        ClientFactoryBuilder builder = ClientFactory.builder()
                .workerGroup(loops, false)
                .connectTimeoutMillis(Math.max(1, settings.connectMillis()))
                .idleTimeoutMillis(settings.idleMillis())
                .http1MaxInitialLineLength(MAX_HEAD)
                .http1MaxHeaderSize(MAX_HEAD)
                .http1MaxChunkSize(STREAM_WINDOW)
                .http2MaxHeaderListSize(MAX_HEAD)
                .http2InitialStreamWindowSize(STREAM_WINDOW)
                .http2InitialConnectionWindowSize(CONNECTION_WINDOW)
                .useHttp2Preface(true)
                .channelOption(ChannelOption.TCP_NODELAY, true)
                .meterRegistry(NoopMeterRegistry.get())
                .option(
                        ClientFactoryOptions.CHANNEL_PIPELINE_CUSTOMIZER,
                        pipeline -> pipeline.addFirst(new WriteAhead()));
        if (settings.maxRequestsPerConnection() > 0) {
            builder.maxNumRequestsPerConnection(settings.maxRequestsPerConnection());
        }
        return builder.build();
    }

    @Override
    public void close() {
        factories.values().forEach(ClientFactory::close);
        names.close();
    }
}
