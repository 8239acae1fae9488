package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.TlsIr;
import dev.waypoint.ir.TlsToBackendIr.Verified;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.transport.ListenerSocket.SniTls;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** TLS on both sides: a first listener speaks TLS to a second one, which knows several names. */
abstract class TlsContract extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static TlsIr.CertificateIr certificate(String name) throws CertificateEncodingException {
        TlsKeyPair pair = TlsKeyPair.ofSelfSigned(name);
        return new TlsIr.CertificateIr(
                pem("CERTIFICATE", pair.certificateChain().getFirst().getEncoded()),
                pem("PRIVATE KEY", pair.privateKey().getEncoded()));
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----\n";
    }

    private static TlsIr tls(TlsIr.CertificateIr certificate, Optional<TlsIr.ClientValidationIr> clients) {
        return new TlsIr(List.of(certificate), clients);
    }

    private UpstreamTarget secure(int port, boolean http2, Verified tls) {
        return new UpstreamTarget(
                BackendId.of("default", "tls", port),
                "127.0.0.1",
                port,
                http2,
                Optional.of(tls),
                LimitsIr.DEFAULT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60));
    }

    private ListenerSocket back(EchoEngine engine, SniTls... tls) {
        return new ListenerSocket("127.0.0.1", 0, List.of(tls), ListenerSettingsIr.DEFAULT, engine);
    }

    private String ask(ListenerSocket back, boolean http2, Verified tls) throws Exception {
        assertThat(transport().listen(List.of(back))).isEmpty();
        EchoEngine first =
                new EchoEngine(transport().upstream(), secure(transport().boundPort(back.bindKey()), http2, tls));
        ListenerSocket front = new ListenerSocket("localhost", 0, List.of(), ListenerSettingsIr.DEFAULT, first);
        assertThat(transport().listen(List.of(back, front))).isEmpty();
        return client(transport().boundPort(front.bindKey())).send(GET).readResponse();
    }

    private static Verified unverified(String name) {
        return new Verified(name, Optional.empty(), List.of(), Optional.empty(), false);
    }

    @Test
    void bothProtocolsAreChosenByAlpn() throws Exception {
        EchoEngine second = forwardTo(answering(Http1Contract.OK));
        ListenerSocket back = back(second, new SniTls("", tls(certificate("one.example"), Optional.empty())));
        assertThat(ask(back, true, unverified("one.example"))).endsWith("ok");
        assertThat(ask(back, false, unverified("one.example"))).endsWith("ok");
        ConnectionFacts http2 = second.connections.get(0);
        ConnectionFacts http1 = second.connections.get(1);
        assertThat(http2.protocol()).isEqualTo(ConnectionFacts.Http.HTTP_2);
        assertThat(http1.protocol()).isEqualTo(ConnectionFacts.Http.HTTP_1_1);
        assertThat(http1.tls().orElseThrow().serverName()).isEqualTo("one.example");
        assertThat(http1.tls().orElseThrow().version()).isEqualTo("TLSv1.3");
        assertThat(second.heads.get(1)).startsWith("GET https://a/ ");
    }

    @Test
    void aHandshakeThatDoesNotEndIsNotWaitedForLong() throws Exception {
        ListenerSettingsIr usual = ListenerSettingsIr.DEFAULT;
        ListenerSettingsIr hasty = new ListenerSettingsIr(
                0,
                false,
                usual.maxHeaderBytes(),
                usual.maxStreams(),
                usual.idleTimeout(),
                Duration.ofMillis(400),
                usual.forwarding());
        int port = listen(new ListenerSocket(
                "127.0.0.1",
                0,
                List.of(new SniTls("", tls(certificate("one.example"), Optional.empty()))),
                hasty,
                forwardTo(answering(Http1Contract.OK))));
        String beginOfHello = "\u0016\u0003\u0001\u0002\u0000\u0001";
        long start = System.nanoTime();
        client(port).send(beginOfHello).readAll();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(8));
    }

    @Test
    void aNameThatNobodyServesIsNotServed() throws Exception {
        EchoEngine second = forwardTo(answering(Http1Contract.OK));
        ListenerSocket back =
                back(second, new SniTls("one.example", tls(certificate("one.example"), Optional.empty())));
        assertThat(ask(back, false, unverified("two.example"))).contains("x-failure: TLS_FAILED");
        assertThat(ask(back, false, unverified("one.example"))).endsWith("ok");
    }

    @Test
    void anUntrustedCertificateIsRefused() throws Exception {
        EchoEngine second = forwardTo(answering(Http1Contract.OK));
        ListenerSocket back = back(second, new SniTls("", tls(certificate("one.example"), Optional.empty())));
        Verified verified = new Verified(
                "one.example", Optional.of(certificate("other.example").chainPem()), List.of(), Optional.empty(), true);
        assertThat(ask(back, true, verified)).contains("x-failure: TLS_FAILED");
        assertThat(second.heads).isEmpty();
    }

    @Test
    void aChangedCertificateIsUsedByTheNextHandshake() throws Exception {
        EchoEngine second = forwardTo(answering(Http1Contract.OK));
        ask(back(second, new SniTls("", tls(certificate("one.example"), Optional.empty()))), false, unverified("x"));
        TlsIr.CertificateIr next = certificate("two.example");
        ListenerSocket back = back(second, new SniTls("", tls(next, Optional.empty())));
        assertThat(transport().listen(List.of(back))).isEmpty();
        try (javax.net.ssl.SSLSocket socket = TrustAll.connect(transport().boundPort(back.bindKey()))) {
            socket.startHandshake();
            byte[] seen = socket.getSession().getPeerCertificates()[0].getEncoded();
            assertThat(pem("CERTIFICATE", seen)).isEqualTo(next.chainPem());
        }
    }

    @Test
    void clientsAreAskedForCertificates() throws Exception {
        TlsIr.CertificateIr own = certificate("client.example");
        EchoEngine second = forwardTo(answering(Http1Contract.OK));
        ListenerSocket strict = back(
                second,
                new SniTls(
                        "",
                        tls(
                                certificate("one.example"),
                                Optional.of(new TlsIr.ClientValidationIr(own.chainPem(), false)))));
        Verified withOwn = new Verified("x", Optional.empty(), List.of(), Optional.of(own), false);
        assertThat(ask(strict, false, withOwn)).endsWith("ok");
        assertThat(second.connections.getFirst().tls().orElseThrow().peerVerified())
                .isTrue();
        assertThat(second.connections.getFirst().tls().orElseThrow().peer()).hasSize(1);
        assertThat(ask(strict, false, unverified("x"))).doesNotEndWith("ok");
    }

    @Test
    void clientsWithoutValidCertificateMayBeLetIn() throws Exception {
        EchoEngine second = forwardTo(answering(Http1Contract.OK));
        ListenerSocket lax = back(
                second,
                new SniTls(
                        "",
                        tls(
                                certificate("one.example"),
                                Optional.of(new TlsIr.ClientValidationIr(
                                        certificate("authority.example").chainPem(), true)))));
        Verified stranger =
                new Verified("x", Optional.empty(), List.of(), Optional.of(certificate("stranger.example")), false);
        assertThat(ask(lax, false, stranger)).endsWith("ok");
        assertThat(second.connections.getFirst().tls().orElseThrow().peerVerified())
                .isFalse();
        assertThat(ask(lax, false, unverified("x"))).endsWith("ok");
    }
}
