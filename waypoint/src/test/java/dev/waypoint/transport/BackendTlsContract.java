package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.TlsIr;
import dev.waypoint.ir.TlsIr.CertificateIr;
import dev.waypoint.ir.TlsToBackendIr.NameIr;
import dev.waypoint.ir.TlsToBackendIr.Verified;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.transport.ListenerSocket.SniTls;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** TLS to backends that are not of our make: names, protocols by ALPN, resumption. */
abstract class BackendTlsContract extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String GRPC =
            "POST /a.B/C HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n";

    private static String file(String name) throws Exception {
        try (InputStream in = BackendTlsContract.class.getResourceAsStream("tls/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static UpstreamTarget secure(int port, boolean http2, String serverName, List<NameIr> names)
            throws Exception {
        return new UpstreamTarget(
                BackendId.of("default", "tls", port),
                "127.0.0.1",
                port,
                http2,
                Optional.of(new Verified(serverName, Optional.of(file("ca.pem")), names, Optional.empty(), true)),
                LimitsIr.DEFAULT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60));
    }

    private TlsBackend backend(String[] alpn, String... versions) throws Exception {
        return closing(new TlsBackend(alpn, versions));
    }

    @Test
    void anEndpointWithoutHttp2IsSpokenToByHttp1() throws Exception {
        record Row(String name, String[] alpn, String spoken) {}
        for (Row row : List.of(
                new Row("http/1.1 alone", new String[] {"http/1.1"}, "x-alpn: http/1.1\r\n"),
                new Row("no ALPN", new String[0], "x-alpn: \r\n"))) {
            TlsBackend backend = backend(row.alpn(), "TLSv1.3");
            EchoEngine engine =
                    new EchoEngine(transport().upstream(), secure(backend.port(), true, "shop.example", List.of()));
            int port = listen(engine);
            List<RawClient> first = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                first.add(client(port)
                        .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"));
            }
            for (RawClient each : first) {
                assertThat(each.readResponse())
                        .as(row.name())
                        .contains(row.spoken())
                        .endsWith("ok");
            }
            assertThat(first.getFirst().send(GET).readResponse()).as(row.name()).endsWith("ok");
            assertThat(client(port).send(GRPC).readResponse()).as(row.name()).contains("x-failure: TLS_FAILED\r\n");
        }
    }

    @Test
    void sessionsAreResumed() throws Exception {
        EchoEngine behind = forwardTo(answering(Http1Contract.OK));
        TlsIr shop = new TlsIr(List.of(new CertificateIr(file("shop.pem"), file("shop.key"))), Optional.empty());
        ListenerSocket back =
                new ListenerSocket("127.0.0.2", 0, List.of(new SniTls("", shop)), ListenerSettingsIr.DEFAULT, behind);
        assertThat(transport().listen(List.of(back))).isEmpty();
        HelloWatch watch = closing(new HelloWatch("127.0.0.2", transport().boundPort(back.bindKey())));
        UpstreamTarget usual = secure(watch.port(), false, "shop.example", List.of());
        UpstreamTarget oneEach = new UpstreamTarget(
                usual.backend(),
                usual.host(),
                usual.port(),
                false,
                usual.tls(),
                new LimitsIr(0, 1024, 0, 1),
                usual.connectTimeout(),
                usual.idleTimeout());
        ListenerSocket front = new ListenerSocket(
                "127.0.0.1",
                0,
                List.of(),
                ListenerSettingsIr.DEFAULT,
                new EchoEngine(transport().upstream(), oneEach));
        assertThat(transport().listen(List.of(back, front))).isEmpty();
        RawClient client = client(transport().boundPort(front.bindKey()));
        for (int i = 0; i < 4; i++) {
            assertThat(client.send(GET).readResponse()).endsWith("ok");
        }
        assertThat(watch.resumed).containsExactly(false, true, true, true);
    }

    @Test
    void theCertificateMustBearAName() throws Exception {
        record Row(String serverName, List<NameIr> names, boolean fine) {}
        NameIr dns = new NameIr(NameIr.Kind.DNS, "a.shop.example");
        NameIr other = new NameIr(NameIr.Kind.DNS, "other.example");
        NameIr uri = new NameIr(NameIr.Kind.URI, "spiffe://cluster.local/ns/default/sa/shop");
        TlsBackend backend = backend(new String[] {"http/1.1"}, "TLSv1.3");
        for (Row row : List.of(
                new Row("shop.example", List.of(), true),
                new Row("b.shop.example", List.of(), true),
                new Row("a.b.shop.example", List.of(), false),
                new Row("other.example", List.of(), false),
                new Row("sni.example", List.of(dns), true),
                new Row("sni.example", List.of(other, dns), true),
                new Row("shop.example", List.of(other), false),
                new Row("shop.example", List.of(uri), false))) {
            EchoEngine engine = new EchoEngine(
                    transport().upstream(), secure(backend.port(), false, row.serverName(), row.names()));
            String answer = client(listen(engine)).send(GET).readResponse();
            if (row.fine()) {
                assertThat(answer).as(row.toString()).endsWith("ok");
            } else {
                assertThat(answer).as(row.toString()).contains("x-failure: TLS_FAILED\r\n");
            }
        }
    }
}
