package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.filter.ConnectionFacts.TlsFacts;
import dev.waypoint.filter.ConnectionFacts.ViaProxyProtocol;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.TlsIr;
import dev.waypoint.ir.TlsIr.CertificateIr;
import dev.waypoint.ir.TlsIr.ClientValidationIr;
import dev.waypoint.ir.TlsToBackendIr.NameIr;
import dev.waypoint.ir.TlsToBackendIr.Verified;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.transport.ListenerSocket.SniTls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** TLS with clients and backends, and the PROXY protocol before it. */
abstract class CertificatesContract extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    private static InputStream file(String name) {
        InputStream in = CertificatesContract.class.getResourceAsStream("tls/" + name);
        if (in == null) {
            throw new IllegalStateException("no resource tls/" + name);
        }
        return in;
    }

    private static String text(String name) {
        try (InputStream in = file(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CertificateIr certificate(String name) {
        return new CertificateIr(text(name + ".pem"), text(name + ".key"));
    }

    private static SniTls sni(String hostname, String certificate) {
        return new SniTls(hostname, new TlsIr(List.of(certificate(certificate)), Optional.empty()));
    }

    private static SniTls asking(boolean insecureFallback) {
        return new SniTls(
                "",
                new TlsIr(
                        List.of(certificate("shop")),
                        Optional.of(new ClientValidationIr(text("ca.pem"), insecureFallback))));
    }

    private ListenerSocket socket(EchoEngine engine, SniTls... tls) {
        return new ListenerSocket("127.0.0.1", 0, List.of(tls), ListenerSettingsIr.DEFAULT, engine);
    }

    /** The client's context; the JDK's, so that both sides are not of one make. */
    private static javax.net.ssl.SSLContext jdk(Optional<String> certificate) throws Exception {
        javax.net.ssl.SSLContext context = javax.net.ssl.SSLContext.getInstance("TLS");
        javax.net.ssl.KeyManager[] keys = null;
        if (certificate.isPresent()) {
            var pair = com.linecorp.armeria.common.TlsKeyPair.of(
                    file(certificate.get() + ".key"), file(certificate.get() + ".pem"));
            var store = java.security.KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "own",
                    pair.privateKey(),
                    new char[0],
                    pair.certificateChain().toArray(new X509Certificate[0]));
            var factory = javax.net.ssl.KeyManagerFactory.getInstance("PKIX");
            factory.init(store, new char[0]);
            keys = factory.getKeyManagers();
        }
        context.init(keys, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    private SSLSocket connect(int port, String serverName, Optional<String> certificate) throws Exception {
        SSLSocket socket = (SSLSocket) jdk(certificate).getSocketFactory().createSocket("127.0.0.1", port);
        closing(socket);
        socket.setSoTimeout(5000);
        if (!serverName.isEmpty()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            socket.setSSLParameters(parameters);
        }
        return socket;
    }

    private static String shown(SSLSocket socket) throws Exception {
        socket.startHandshake();
        X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return leaf.getSubjectX500Principal().getName();
    }

    @Test
    void certificatesAreChosenByServerNameAndReplacedWhileOpen() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        ListenerSocket socket = socket(engine, sni("*.shop.example", "shop"), sni("other.example", "other"));
        int port = listen(socket);
        assertThat(shown(connect(port, "a.shop.example", Optional.empty()))).isEqualTo("CN=shop");
        SSLSocket kept = connect(port, "other.example", Optional.empty());
        assertThat(shown(kept)).isEqualTo("CN=other");
        assertThatThrownBy(() -> shown(connect(port, "nobody.example", Optional.empty())))
                .isInstanceOf(IOException.class);
        transport().listen(List.of(socket(engine, sni("other.example", "shop"))));
        assertThat(shown(connect(port, "other.example", Optional.empty()))).isEqualTo("CN=shop");
        RawClient client = new RawClient(kept);
        assertThat(client.send(GET).readResponse()).as("the open connection").endsWith("ok");
        TlsFacts facts = engine.connections.getFirst().tls().orElseThrow();
        assertThat(facts.serverName()).isEqualTo("other.example");
        assertThat(facts.version()).startsWith("TLSv1.");
        assertThat(facts.peer()).isEmpty();
        assertThat(engine.heads.getFirst()).startsWith("GET https://");
    }

    @Test
    void alpnChoosesHttp2() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        int port = listen(socket(engine, sni("", "shop")));
        SslContext context = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
        H2Client client = closing(new H2Client(port, Optional.of(context)));
        client.get("/");
        assertThat(client.next()).startsWith("headers :status=200");
        assertThat(engine.connections.getFirst().protocol()).isEqualTo(Http.HTTP_2);
        assertThat(engine.connections.getFirst().tls()).isPresent();
    }

    @Test
    void clientsMustShowACertificateOfTheAuthorities() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        int port = listen(socket(engine, asking(false)));
        for (Optional<String> wrong : List.of(Optional.<String>empty(), Optional.of("stranger"))) {
            assertThatThrownBy(() -> assertThat(new RawClient(connect(port, "", wrong))
                                    .send(GET)
                                    .readHead())
                            .startsWith("HTTP/1.1 200 "))
                    .isInstanceOfAny(IOException.class, AssertionError.class);
        }
        assertThat(engine.heads).isEmpty();
        String answer = new RawClient(connect(port, "", Optional.of("client")))
                .send(GET)
                .readResponse();
        assertThat(answer).endsWith("ok");
        TlsFacts facts = engine.connections.getFirst().tls().orElseThrow();
        assertThat(facts.peerVerified()).isTrue();
        assertThat(facts.peer().getFirst().getSubjectX500Principal().getName()).isEqualTo("CN=client");
    }

    @Test
    void theInsecureFallbackLetsAllInAndSaysWhoIsProven() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        int port = listen(socket(engine, asking(true)));
        for (Optional<String> each :
                List.of(Optional.<String>empty(), Optional.of("stranger"), Optional.of("client"))) {
            assertThat(new RawClient(connect(port, "", each)).send(GET).readResponse())
                    .endsWith("ok");
        }
        assertThat(engine.connections.stream().map(c -> c.tls().orElseThrow().peerVerified()))
                .containsExactly(false, false, true);
    }

    @Test
    void aCertificateThatCannotBeReadIsReportedAndTheOldOneStays() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        int port = listen(socket(engine, sni("", "shop")));
        SniTls broken = new SniTls("", new TlsIr(List.of(new CertificateIr("x", "y")), Optional.empty()));
        assertThat(transport().listen(List.of(socket(engine, broken)))).containsKey("127.0.0.1:0");
        assertThat(shown(connect(port, "", Optional.empty()))).isEqualTo("CN=shop");
    }

    private UpstreamTarget secured(int port, String serverName, List<NameIr> names, boolean verify) {
        return new UpstreamTarget(
                BackendId.of("default", "backend", port),
                "127.0.0.1",
                port,
                false,
                Optional.of(new Verified(
                        serverName, Optional.of(text("ca.pem")), names, Optional.of(certificate("client")), verify)),
                LimitsIr.DEFAULT,
                Duration.ofSeconds(2),
                Duration.ofSeconds(60));
    }

    @Test
    void backendsMustBearTheRightName() throws Exception {
        EchoEngine behind = forwardTo(answering(Http1Contract.OK));
        ListenerSocket back =
                new ListenerSocket("127.0.0.2", 0, List.of(asking(false)), ListenerSettingsIr.DEFAULT, behind);
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        ListenerSocket front = new ListenerSocket("127.0.0.1", 0, List.of(), ListenerSettingsIr.DEFAULT, engine);
        assertThat(transport().listen(List.of(back, front))).isEmpty();
        int port = transport().boundPort(back.bindKey());
        RawClient client = client(transport().boundPort(front.bindKey()));
        NameIr listed = new NameIr(NameIr.Kind.DNS, "shop.example");
        NameIr spiffe = new NameIr(NameIr.Kind.URI, "spiffe://other");
        record Row(UpstreamTarget target, boolean fine) {}
        List<Row> rows = List.of(
                new Row(at(back, secured(port, "shop.example", List.of(), true)), true),
                new Row(at(back, secured(port, "other.example", List.of(), true)), false),
                new Row(at(back, secured(port, "other.example", List.of(listed), true)), true),
                new Row(at(back, secured(port, "shop.example", List.of(spiffe), true)), false),
                new Row(at(back, secured(port, "other.example", List.of(), false)), true));
        for (Row row : rows) {
            engine.target(row.target());
            String answer = client.send(GET).readResponse();
            if (row.fine()) {
                assertThat(answer).as(row.toString()).endsWith("ok");
                assertThat(behind.connections.getLast().tls().orElseThrow().serverName())
                        .isEqualTo(row.target().tls().orElseThrow().serverName());
            } else {
                assertThat(answer).as(row.toString()).contains("x-failure: TLS_FAILED\r\n");
            }
        }
    }

    private static UpstreamTarget at(ListenerSocket socket, UpstreamTarget target) {
        return new UpstreamTarget(
                target.backend(),
                socket.address(),
                target.port(),
                target.http2(),
                target.tls(),
                target.limits(),
                target.connectTimeout(),
                target.idleTimeout());
    }

    @Test
    void proxyProtocolHeadersAreRequiredAndRead() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        ListenerSettingsIr usual = ListenerSettingsIr.DEFAULT;
        int port = listen(
                engine,
                new ListenerSettingsIr(
                        usual.trustedHops(),
                        true,
                        usual.maxHeaderBytes(),
                        usual.maxStreams(),
                        usual.idleTimeout(),
                        usual.headerTimeout(),
                        usual.forwarding()));
        assertThat(client(port).send(GET).readAll()).isEmpty();
        assertThat(client(port)
                        .send("PROXY TCP4 192.0.2.1 192.0.2.2 1111 80\r\n" + GET)
                        .readResponse())
                .endsWith("ok");
        String second = "\r\n\r\n\0\r\nQUIT\n" + "\u0021\u0011\0\u0012" + "\u00c0\0\2\7" + "\u00c0\0\2\10" + "\4W"
                + "\0P" + "\u00d0\0\3abc";
        RawClient client = client(port);
        for (String part : List.of(second.substring(0, 10), second.substring(10, 20), second.substring(20) + GET)) {
            client.send(part);
            Thread.sleep(20);
        }
        assertThat(client.readResponse()).endsWith("ok");
        assertThat(engine.connections.get(0)).isInstanceOfSatisfying(ViaProxyProtocol.class, facts -> {
            assertThat(facts.remote().getAddress().getHostAddress()).isEqualTo("192.0.2.1");
            assertThat(facts.local().getPort()).isEqualTo(80);
            assertThat(facts.proxy().getAddress().isLoopbackAddress()).isTrue();
        });
        assertThat(engine.connections.get(1)).isInstanceOfSatisfying(ViaProxyProtocol.class, facts -> {
            assertThat(facts.remote().getPort()).isEqualTo(1111);
            assertThat(facts.tlvs().get(0xd0))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("abc");
        });
    }
}
