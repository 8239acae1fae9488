package dev.waypoint.app;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeadersAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.ProcessorSession;
import dev.waypoint.extproc.server.ProcessorServer;
import dev.waypoint.extproc.server.ProcessorService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

/**
 * The other ends of a warm-up: a backend, a processor and a maker of certificates. They are a program of their own, as they are in a
 * proxy's life, so that their classes do not fill the start-up cache, which a proxy holds in memory.
 *
 * @param backend port of the backend
 * @param processor port of the processor
 * @param chain certificate for {@code shop.example}, PEM in base64, as a Secret has it
 * @param key its key, likewise
 */
record WarmUpPeers(Process process, int backend, int processor, String chain, String key) implements AutoCloseable {

    /** Starts them with the program that runs this one. */
    static WarmUpPeers start() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WarmUpPeers.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String line = said.readLine();
        String[] parts = line == null ? new String[0] : line.split(" ");
        if (parts.length != 4) {
            process.destroyForcibly();
            throw new IOException("the backend and the processor did not start; they said: " + line);
        }
        return new WarmUpPeers(process, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2], parts[3]);
    }

    /** They run until their input ends, so that they never outlive who asked for them. */
    @SuppressWarnings("SystemOut") // what the other program reads
    public static void main(String[] arguments) throws IOException, CertificateEncodingException {
        try (WarmUpBackend backend = new WarmUpBackend();
                ProcessorServer processor = ProcessorServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new ProcessorService(exchange -> new Greeting()))) {
            TlsKeyPair pair = TlsKeyPair.ofSelfSigned("shop.example");
            System.out.println(String.join(
                    " ",
                    Integer.toString(backend.port()),
                    Integer.toString(processor.port()),
                    pem("CERTIFICATE", pair.certificateChain().getFirst().getEncoded()),
                    pem("PRIVATE KEY", pair.privateKey().getEncoded())));
            System.in.readAllBytes();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    private static String pem(String kind, byte[] der) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String text = "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A processor that changes a header each way. */
    private static final class Greeting implements ProcessorSession {
        @Override
        public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
            return HeadersAnswer.proceed(HeaderChanges.none().set("x-seen", "request"));
        }

        @Override
        public HeadersAnswer onResponseHeaders(MessageHeaders headers, boolean end) {
            return HeadersAnswer.proceed(HeaderChanges.none().set("x-seen", "response"));
        }
    }
}
