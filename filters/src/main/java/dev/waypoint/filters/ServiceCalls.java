package dev.waypoint.filters;

import com.linecorp.armeria.client.ClientTlsSpec;
import com.linecorp.armeria.client.ClientTlsSpecBuilder;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.RequestOptions;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsPeerVerifier;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.ServiceTls;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Side calls of a filter to the endpoints of a Service, by TLS if the Service asks for it. */
final class ServiceCalls implements AutoCloseable {

    private final EndpointSource endpoints;
    private final boolean http2;
    private final Duration timeout;
    private final long maxAnswerBytes;
    private final Map<EndpointSource.Endpoint, Callee> callees = new ConcurrentHashMap<>();
    private final EndpointSource.Subscription changes;

    /** An endpoint with how it is called. A client is only a handle, connections are shared, so one is simply forgotten. */
    private record Callee(CompletableFuture<WebClient> client, RequestOptions options) {}

    /**
     * @param http2 whether HTTP/2 is spoken, by prior knowledge where there is no TLS
     * @param timeout of a call
     * @param maxAnswerBytes how long an answer may be
     */
    ServiceCalls(EndpointSource endpoints, boolean http2, Duration timeout, long maxAnswerBytes) {
        this.endpoints = endpoints;
        this.http2 = http2;
        this.timeout = timeout;
        this.maxAnswerBytes = maxAnswerBytes;
        this.changes = endpoints.subscribe(now -> callees.clear());
    }

    /** Calls an endpoint; fails if it may not be called at all. */
    CompletableFuture<AggregatedHttpResponse> execute(EndpointSource.Endpoint endpoint, HttpRequest request) {
        String problem = endpoints.problem();
        if (!problem.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalStateException(problem));
        }
        Callee callee = callees.computeIfAbsent(endpoint, this::callee);
        WebClient ready = callee.client().getNow(null);
        if (ready != null) {
            return ready.execute(request, callee.options()).aggregate();
        }
        return callee.client()
                .whenComplete((client, unknown) -> {
                    if (unknown != null) {
                        callees.remove(endpoint, callee);
                    }
                })
                .thenCompose(client -> client.execute(request, callee.options()).aggregate());
    }

    private Callee callee(EndpointSource.Endpoint endpoint) {
        Optional<ServiceTls> tls = endpoints.tls();
        if (tls.isEmpty()) {
            SessionProtocol session = http2 ? SessionProtocol.H2C : SessionProtocol.H1C;
            Endpoint address = Endpoint.of(endpoint.host(), endpoint.port());
            return new Callee(CompletableFuture.completedFuture(client(session, address)), RequestOptions.of());
        }
        SessionProtocol session = http2 ? SessionProtocol.H2 : SessionProtocol.H1;
        return new Callee(
                address(endpoint, tls.get().serverName()).thenApply(address -> client(session, address)),
                RequestOptions.builder().clientTlsSpec(spec(tls.get())).build());
    }

    private WebClient client(SessionProtocol session, Endpoint address) {
        return WebClient.builder(session, address)
                .responseTimeout(timeout)
                .maxResponseLength(maxAnswerBytes)
                .build();
    }

    /** Where to connect, under the name that the handshake is to bear. */
    private static CompletableFuture<Endpoint> address(EndpointSource.Endpoint endpoint, String serverName) {
        String host = endpoint.host();
        if (host.equals(serverName)) {
            return CompletableFuture.completedFuture(Endpoint.of(host, endpoint.port()));
        }
        Endpoint named = Endpoint.of(serverName, endpoint.port());
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return CompletableFuture.completedFuture(named.withIpAddr(host));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return named.withInetAddress(InetAddress.getByName(host));
                    } catch (UnknownHostException e) {
                        throw new CompletionException("the host " + host + " is unknown", e);
                    }
                },
                Thread::startVirtualThread);
    }

    private ClientTlsSpec spec(ServiceTls tls) {
        TlsPeerVerifier verifier = (chain, authType, engine) -> tls.trust().checkServerTrusted(chain, authType);
        ClientTlsSpecBuilder spec = ClientTlsSpec.builder()
                .alpnProtocols(List.of(http2 ? "h2" : "http/1.1"))
                .endpointIdentificationAlgorithm("")
                .verifierFactories(delegate -> verifier);
        tls.keyPair().ifPresent(spec::tlsKeyPair);
        return spec.build();
    }

    @Override
    public void close() {
        changes.close();
    }
}
