package dev.waypoint.transport;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.TlsIr;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.transport.ListenerSocket.SniTls;
import dev.waypoint.transport.netty.NettyTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A bare proxy for measuring a transport without the engine: {@code PORT BACKEND_PORT h1|h2 [TLS_PORT CHAIN.pem KEY.pem]}. Not part of any
 * test run.
 */
final class EchoProxy {

    private EchoProxy() {}

    public static void main(String[] args) throws Exception {
        Transport transport = new NettyTransport(1);
        UpstreamTarget target = new UpstreamTarget(
                BackendId.of("default", "backend", 80),
                "127.0.0.1",
                Integer.parseInt(args[1]),
                args[2].equals("h2"),
                Optional.empty(),
                new LimitsIr(0, 0, 0, 0),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60));
        EchoEngine engine = new EchoEngine(transport.upstream(), target, false);
        List<ListenerSocket> sockets = new ArrayList<>();
        sockets.add(new ListenerSocket(
                "127.0.0.1", Integer.parseInt(args[0]), List.of(), ListenerSettingsIr.DEFAULT, engine));
        if (args.length > 3) {
            TlsIr tls = new TlsIr(
                    List.of(new TlsIr.CertificateIr(
                            Files.readString(Path.of(args[4])), Files.readString(Path.of(args[5])))),
                    Optional.empty());
            sockets.add(new ListenerSocket(
                    "127.0.0.1",
                    Integer.parseInt(args[3]),
                    List.of(new SniTls("", tls)),
                    ListenerSettingsIr.DEFAULT,
                    engine));
        }
        System.out.println("problems: " + transport.listen(sockets));
        Thread.currentThread().join();
    }
}
