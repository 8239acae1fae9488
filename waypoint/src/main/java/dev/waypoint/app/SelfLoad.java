package dev.waypoint.app;

import dev.waypoint.cli.RunRequest;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests of our own before the proxy calls itself ready: the first ones are interpreted, far slower than those after them, and had
 * better be nobody's. They go through a second proxy in this process, of the same code, with a listener and a backend on the loopback
 * interface: no metric, log or limit of the real one sees them.
 */
final class SelfLoad {

    private static final Logger LOG = LoggerFactory.getLogger(SelfLoad.class);

    /** The system property that says for how many milliseconds at most; 0 for none. */
    static final String PROPERTY = "waypoint.selfload.millis";

    /** For how long where whoever starts it is waiting. */
    static final Duration WAITED_FOR = Duration.ofMillis(700);

    /** For how long where nobody waits for one pod: it may take a moment to be fast. */
    static final Duration UNATTENDED = Duration.ofSeconds(1);

    private static final String ADDRESS = "127.0.0.1";

    /** A JVM that is as old is warm already, or so slow that waiting does not pay. */
    private static final Duration OLD = Duration.ofSeconds(10);

    private static final int CONNECTIONS = 32;
    private static final byte[] REQUEST =
            "GET /self-load HTTP/1.1\r\nhost: self-load\r\nuser-agent: self-load\r\naccept: */*\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n\r\nok"
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_ANSWER = "\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_BYTES = 4096;

    private SelfLoad() {}

    /**
     * Serves requests of our own for some time. What fails is logged, and does not keep the proxy from starting.
     *
     * @param usual for how long, unless the user says otherwise
     */
    static void run(RunRequest.Network network, Plugins plugins, Duration usual) {
        long millis = Long.getLong(PROPERTY, usual.toMillis());
        if (millis <= 0 || StartupReport.sinceStart().compareTo(OLD) > 0) {
            return;
        }
        RunRequest.Network own =
                new RunRequest.Network(ADDRESS, ADDRESS, 0, 1, network.transport(), network.drain(), Optional.empty());
        Waypoint second = new Waypoint(own, plugins, Transports.open(own), List.of());
        try (ServerSocket backend = new ServerSocket(0, CONNECTIONS, InetAddress.getByName(ADDRESS))) {
            start("self-load-backend", () -> accept(backend));
            second.apply(routing(backend.getLocalPort()));
            int served = ask(second.transport().boundPort(ADDRESS + ":0"), millis);
            LOG.debug("served {} requests of its own in {} ms", served, millis);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the proxy could not serve requests of its own, its first ones will be slow: {}", e.toString());
        } finally {
            // Event loops take a moment to end, for which nobody needs to wait.
            start("self-load-end", second::close);
            // The start's leftovers would make the first collection under requests the longest of all.
            System.gc();
        }
    }

    private static void start(String name, Runnable work) {
        Thread.ofPlatform().daemon().name(name).start(work);
    }

    private static RoutingIr routing(int backend) {
        ResourceRef ref = new ResourceRef("", "SelfLoad", "", "self-load");
        BackendId id = BackendId.of("", "self-load", backend);
        RuleIr rule = new RuleIr(
                ref,
                "",
                List.of(),
                new ActionIr.Forward(
                        List.of(new ActionIr.WeightedIr(Optional.of(id), "", 1, List.of(), Map.of())), List.of()),
                TimeoutsIr.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        ListenerIr listener = new ListenerIr(
                ref,
                "http",
                Optional.of(ADDRESS),
                0,
                ListenerIr.Protocol.HTTP,
                "",
                Optional.empty(),
                List.of(),
                List.of(new HostIr("*", List.of(new RouteIr(MatchIr.ALL, rule)))),
                ListenerSettingsIr.DEFAULT);
        EndpointIr endpoint = new EndpointIr(ADDRESS, backend, "", 1, EndpointIr.State.READY, Map.of());
        return new RoutingIr(
                List.of(listener),
                Map.of(
                        id,
                        new BackendIr(
                                id,
                                ref,
                                BackendIr.Protocol.AUTO,
                                Optional.empty(),
                                List.of(endpoint),
                                BackendSettingsIr.DEFAULT)));
    }

    /** All connections ask, then all are read: as many requests are under way as connections. */
    private static int ask(int port, long millis) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        byte[] buffer = new byte[MOST_BYTES];
        int served = 0;
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = new Socket(ADDRESS, port);
                sockets.add(socket);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout((int) OLD.toMillis());
            }
            long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
            while (System.nanoTime() < end) {
                for (Socket socket : sockets) {
                    socket.getOutputStream().write(REQUEST);
                }
                for (Socket socket : sockets) {
                    readAnswer(socket.getInputStream(), buffer);
                    served++;
                }
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        return served;
    }

    /** The answer's body is known, so that its end is what it ends with. */
    private static void readAnswer(InputStream in, byte[] buffer) throws IOException {
        int length = 0;
        while (!endsWith(buffer, length, END_OF_ANSWER)) {
            int read = in.read(buffer, length, buffer.length - length);
            if (read <= 0) {
                throw new IOException("an answer of " + length + " bytes has no end: "
                        + new String(buffer, 0, Math.min(length, 60), StandardCharsets.US_ASCII));
            }
            length += read;
        }
    }

    private static boolean endsWith(byte[] buffer, int length, byte[] end) {
        return length >= end.length && Arrays.equals(buffer, length - end.length, length, end, 0, end.length);
    }

    private static void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                start("self-load-backend", () -> answer(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** A connection of the proxy carries one request at a time, in one piece or in several. */
    private static void answer(Socket socket) {
        byte[] buffer = new byte[MOST_BYTES];
        try (socket) {
            socket.setTcpNoDelay(true);
            int length = 0;
            for (int read = socket.getInputStream().read(buffer);
                    read > 0;
                    read = socket.getInputStream().read(buffer, length, buffer.length - length)) {
                length += read;
                if (endsWith(buffer, length, END_OF_HEAD)) {
                    socket.getOutputStream().write(ANSWER);
                    length = 0;
                }
            }
        } catch (IOException e) {
            // The proxy closed it.
        }
    }
}
