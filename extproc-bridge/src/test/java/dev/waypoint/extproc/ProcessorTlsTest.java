package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.ConfigReference.SecretReference;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS and mutual TLS with a real gRPC server. */
class ProcessorTlsTest {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    static final TlsKeyPair SERVER = TlsKeyPair.ofSelfSigned("processor.example");
    static final TlsKeyPair PROXY = TlsKeyPair.ofSelfSigned("proxy.example");
    static final TlsKeyPair OTHER = TlsKeyPair.ofSelfSigned("processor.example");

    private static String pem(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + type + "-----\n";
    }

    static Map<String, String> secret(TlsKeyPair pair) {
        X509Certificate certificate = pair.certificateChain().getFirst();
        try {
            return Map.of(
                    "ca.crt",
                    pem("CERTIFICATE", certificate.getEncoded()),
                    "tls.crt",
                    pem("CERTIFICATE", certificate.getEncoded()),
                    "tls.key",
                    pem("PRIVATE KEY", pair.privateKey().getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    static void tls(NettyServerBuilder builder, boolean mutual) {
        try {
            SslContextBuilder context = SslContextBuilder.forServer(SERVER.privateKey(), SERVER.certificateChain());
            if (mutual) {
                context.clientAuth(ClientAuth.REQUIRE)
                        .trustManager(PROXY.certificateChain().getFirst());
            }
            builder.sslContext(GrpcSslContexts.configure(context).build());
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            name is the authority           | false | true  | authority: 'processor.example', tls: {caRef: {name: 'server'}}
            name differs from the authority | false | true  | authority: 'shop', tls: {serverName: 'processor.example', caRef: {name: 'server'}}
            another name than is borne      | false | false | authority: 'shop', tls: {caRef: {name: 'server'}}
            another name than is wanted     | false | false | authority: 'processor.example', tls: {serverName: 'else.example', caRef: {name: 'server'}}
            another authority signed it     | false | false | authority: 'processor.example', tls: {caRef: {name: 'other'}}
            no TLS with a server that does  | false | false | authority: 'processor.example'
            both show certificates          | true  | true  | authority: 'processor.example', tls: {caRef: {name: 'server'}, certificateRef: {name: 'proxy'}}
            no certificate to show          | true  | false | authority: 'processor.example', tls: {caRef: {name: 'server'}}
            a certificate nobody knows      | true  | false | authority: 'processor.example', tls: {caRef: {name: 'server'}, certificateRef: {name: 'other'}}
            """)
    void callsAreMadeByTls(String name, boolean mutual, boolean served, String provider) {
        try (var processor = new ScriptedProcessor(
                0,
                (message, replies) -> replies.onNext(ProcessingResponse.newBuilder()
                        .setRequestHeaders(HeadersResponse.getDefaultInstance())
                        .build()),
                builder -> tls(builder, mutual))) {
            FakeEnvironment environment = new FakeEnvironment()
                    .withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", processor.port())))
                    .withData(new SecretReference("server", Optional.empty()), secret(SERVER))
                    .withData(new SecretReference("proxy", Optional.empty()), secret(PROXY))
                    .withData(new SecretReference("other", Optional.empty()), secret(OTHER));
            FilterHarness harness = FilterHarness.of(
                    new ExtProcFilterFactory(),
                    "{provider: {backendRef: {name: 'processor', port: 9000}, " + provider
                            + "}, processing: {modes: {response: {headers: 'Skip'}}}, failure: {messageTimeout: '10s'}}",
                    environment);
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.sendHead(true);
            harness.await(
                    () -> exchange.toUpstream().head().isPresent()
                            || exchange.reply().isPresent(),
                    Duration.ofSeconds(10));
            exchange.end();
            assertThat(exchange.reply().isEmpty()).as(name).isEqualTo(served);
            if (!served) {
                assertThat(exchange.replied().detail()).startsWith("ext_proc_error_gRPC_error_14{");
            }
        }
    }
}
