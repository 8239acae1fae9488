package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.Server;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.ServiceTls;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Authorization services that are reached by TLS. */
class ExtAuthzTlsTest {

    private static final ConfigReference.ServiceReference SERVICE =
            new ConfigReference.ServiceReference("authz", Optional.empty(), 9000);
    private static final TlsKeyPair PAIR = TlsKeyPair.ofSelfSigned("authz.example");
    private static final TlsKeyPair OTHER = TlsKeyPair.ofSelfSigned("other.example");

    private final BlockingQueue<String> names = new LinkedBlockingQueue<>();
    private AutoCloseable stop = () -> {};

    @AfterEach
    void stopServer() throws Exception {
        stop.close();
    }

    private int http() {
        Server server = Server.builder()
                .https(0)
                .tls(PAIR)
                .service("glob:/**", (ctx, request) -> {
                    names.add(String.valueOf(request.authority()));
                    return HttpResponse.of(200);
                })
                .build();
        server.start().join();
        stop = server::close;
        return server.activeLocalPort();
    }

    private int grpc() throws Exception {
        var server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts.configure(
                                SslContextBuilder.forServer(PAIR.privateKey(), PAIR.certificateChain()))
                        .build())
                .addService(new AuthorizationGrpc.AuthorizationImplBase() {
                    @Override
                    public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
                        observer.onNext(CheckResponse.newBuilder()
                                .setOkResponse(OkHttpResponse.newBuilder())
                                .build());
                        observer.onCompleted();
                    }
                })
                .build()
                .start();
        stop = server::shutdownNow;
        return server.getPort();
    }

    /** Believes one certificate. */
    private record Pinned(TlsKeyPair pair) implements ServiceTls {
        @Override
        public String serverName() {
            return "authz.example";
        }

        @Override
        public Optional<TlsKeyPair> keyPair() {
            return Optional.empty();
        }

        @Override
        public X509ExtendedTrustManager trust() {
            return new X509ExtendedTrustManager() {
                private void check(X509Certificate[] chain) throws CertificateException {
                    if (!chain[0].equals(pair.certificateChain().getFirst())) {
                        throw new CertificateException("another certificate");
                    }
                }

                @Override
                public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
                    check(chain);
                }

                @Override
                public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                        throws CertificateException {
                    check(chain);
                }

                @Override
                public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                        throws CertificateException {
                    check(chain);
                }

                @Override
                public void checkClientTrusted(X509Certificate[] chain, String type) {}

                @Override
                public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

                @Override
                public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

                @Override
                public X509Certificate[] getAcceptedIssuers() {
                    return new X509Certificate[0];
                }
            };
        }
    }

    private static FakeEnvironment at(String host, int port) {
        return new FakeEnvironment().withEndpoints(SERVICE, List.of(new EndpointSource.Endpoint(host, port)));
    }

    private static DrivenExchange ask(FakeEnvironment environment, String protocol) {
        FilterHarness harness = FilterHarness.of(
                new ExtAuthz(),
                "{backendRef: {name: 'authz', port: 9000}, timeout: '10s', protocol: '" + protocol + "'}",
                environment);
        DrivenExchange exchange = harness.send("GET", "/");
        harness.await(
                () -> exchange.reply().isPresent() || exchange.toUpstream().isEnded(), Duration.ofSeconds(10));
        return exchange;
    }

    @Test
    void httpGoesByTls() {
        assertThat(ask(at("127.0.0.1", http()).withTls(SERVICE, new Pinned(PAIR)), "HTTP")
                        .reply())
                .isEmpty();
        assertThat(names).hasSize(1);
    }

    @Test
    void hostsAreResolvedUnderTheNameOfTheCertificate() {
        assertThat(ask(at("localhost", http()).withTls(SERVICE, new Pinned(PAIR)), "HTTP")
                        .reply())
                .isEmpty();
    }

    @Test
    void grpcGoesByTls() throws Exception {
        assertThat(ask(at("127.0.0.1", grpc()).withTls(SERVICE, new Pinned(PAIR)), "GRPC")
                        .reply())
                .isEmpty();
    }

    @Test
    void aCertificateThatIsNotBelievedRefuses() {
        DrivenExchange exchange = ask(at("127.0.0.1", http()).withTls(SERVICE, new Pinned(OTHER)), "HTTP");
        assertThat(exchange.replied().detail()).isEqualTo("ext_authz_error");
        assertThat(names).as("nothing was sent").isEmpty();
    }

    @Test
    void aServiceWhoseTlsIsUnknownIsNotAsked() {
        DrivenExchange exchange = ask(at("127.0.0.1", http()).withProblem(SERVICE, "its policy is broken"), "HTTP");
        assertThat(exchange.replied().detail()).isEqualTo("ext_authz_error");
        assertThat(names).isEmpty();
    }

    @Test
    void aChangeOfTlsCountsAtOnce() {
        int port = http();
        FakeEnvironment environment = at("127.0.0.1", port);
        FilterHarness harness = FilterHarness.of(
                new ExtAuthz(),
                "{backendRef: {name: 'authz', port: 9000}, timeout: '10s', protocol: 'HTTP'}",
                environment);
        DrivenExchange clear = harness.send("GET", "/");
        harness.await(() -> clear.reply().isPresent(), Duration.ofSeconds(10));
        environment.withTls(SERVICE, new Pinned(PAIR));
        DrivenExchange secure = harness.send("GET", "/");
        harness.await(() -> secure.reply().isPresent() || secure.toUpstream().isEnded(), Duration.ofSeconds(10));
        assertThat(secure.reply()).isEmpty();
    }
}
