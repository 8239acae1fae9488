package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.ConnectionFacts.ViaProxyProtocol;
import dev.waypoint.ir.ListenerSettingsIr;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The PROXY protocol on listeners. */
abstract class ProxyProtocolContract extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final ListenerSettingsIr SETTINGS = new ListenerSettingsIr(
            0,
            true,
            65_536,
            100,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            ListenerSettingsIr.DEFAULT.forwarding());

    @Test
    void version1() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        RawClient client = client(listen(engine, SETTINGS));
        assertThat(client.send("PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n" + GET)
                        .readResponse())
                .endsWith("ok");
        ViaProxyProtocol facts = (ViaProxyProtocol) engine.connections.getFirst();
        assertThat(facts.remote().getAddress().getHostAddress()).isEqualTo("192.0.2.1");
        assertThat(facts.remote().getPort()).isEqualTo(1234);
        assertThat(facts.local().getAddress().getHostAddress()).isEqualTo("192.0.2.2");
        assertThat(facts.proxy().getAddress().isLoopbackAddress()).isTrue();
    }

    @Test
    void version2WithValues() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        RawClient client = client(listen(engine, SETTINGS));
        String addresses = "\u00c0\u0000\u0002\u0001\u00c0\u0000\u0002\u0002\u0004\u00d2\u0000\u0050";
        String value = "\u00d0\u0000\u0003abc";
        String header = "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u0012" + addresses + value;
        client.send(header.substring(0, 20));
        Thread.sleep(50);
        assertThat(client.send(header.substring(20) + GET).readResponse()).endsWith("ok");
        ViaProxyProtocol facts = (ViaProxyProtocol) engine.connections.getFirst();
        assertThat(facts.remote().getPort()).isEqualTo(1234);
        assertThat(facts.tlvs().get(0xd0)).asString().isEqualTo("abc");
    }

    @Test
    void aConnectionWithoutHeaderIsClosed() throws Exception {
        EchoEngine engine = forwardTo(answering(Http1Contract.OK));
        assertThat(client(listen(engine, SETTINGS)).send(GET).readAll()).doesNotContain("200 OK");
        assertThat(engine.heads).isEmpty();
    }
}
