package dev.waypoint.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.cli.TransportKind;
import dev.waypoint.transport.RawBackend;
import java.io.File;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * The HTTP/2 conformance tests of h2spec against the whole proxy: {@code go install github.com/summerwind/h2spec/cmd/h2spec@latest}
 * puts the program where this test looks for it. Without it nothing is tested here.
 */
class H2SpecTest {

    /** What Armeria and the codec of Netty that it uses decide before any code of ours; docs/transports.md says what and why. */
    private static final Set<String> OF_ARMERIA = Set.of(
            "http2/3.5: Sends invalid connection preface",
            "http2/5.1: half closed (remote): Sends a HEADERS frame",
            "http2/5.1: closed: Sends a HEADERS frame",
            "http2/5.1.1: Sends stream identifier that is numerically smaller than previous",
            "http2/8.1.2: Sends a HEADERS frame that contains the header field name in uppercase letters");

    @TempDir
    Path folder;

    /** Where Go puts programs, unless they are on the path. */
    private static Optional<Path> program() {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of(System.getProperty("user.home") + "/go/bin"))
                .map(place -> Path.of(place, "h2spec"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String base64(String kind, byte[] der) {
        String pem = "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END "
                + kind + "-----\n";
        return Base64.getEncoder().encodeToString(pem.getBytes(ISO_8859_1));
    }

    private static String gateway(int port, boolean tls) throws CertificateEncodingException {
        TlsKeyPair pair = TlsKeyPair.ofSelfSigned("localhost");
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: waypoint
                  listeners:
                    - {name: a, port: %d, protocol: %s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: pair}
                type: kubernetes.io/tls
                data: {tls.crt: %s, tls.key: %s}
                """.formatted(
                        port,
                        tls ? "HTTPS, tls: {certificateRefs: [{name: pair}]}" : "HTTP",
                        base64("CERTIFICATE", pair.certificateChain().getFirst().getEncoded()),
                        base64("PRIVATE KEY", pair.privateKey().getEncoded()));
    }

    /** One listener of a proxy. */
    private record Case(TransportKind kind, boolean tls) {
        @Override
        public String toString() {
            return kind + (tls ? ", TLS" : ", cleartext");
        }
    }

    /** All at once: h2spec spends most of its time waiting for what must not come. */
    @Test
    void nothingFailsButWhatIsArmerias() throws Exception {
        Optional<Path> program = program();
        assumeTrue(program.isPresent(), "there is no h2spec on PATH or in ~/go/bin");
        List<Case> cases = Stream.of(TransportKind.values())
                .flatMap(kind -> Stream.of(new Case(kind, false), new Case(kind, true)))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<Case, Future<Report>> reports = new LinkedHashMap<>();
            cases.forEach(each -> reports.put(each, threads.submit(() -> test(program.get(), each))));
            for (Map.Entry<Case, Future<Report>> each : reports.entrySet()) {
                Report report = each.getValue().get();
                Map<String, String> news = new TreeMap<>(report.failed());
                if (each.getKey().kind() == TransportKind.armeria) {
                    news.keySet().removeAll(OF_ARMERIA);
                }
                assertThat(news).as(each.getKey().toString()).isEmpty();
                assertThat(report.passed() + report.failed().size())
                        .as(each.getKey() + ": tests that ran")
                        .isGreaterThanOrEqualTo(145);
            }
        }
    }

    private Report test(Path program, Case which) throws Exception {
        Path home = Files.createDirectory(folder.resolve(which.kind() + "-" + which.tls()));
        try (RawBackend backend =
                        RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n" + "x".repeat(64));
                LiveProxy proxy = new LiveProxy(which.kind(), Files.createDirectory(home.resolve("config")))) {
            proxy.write("gateway.yaml", gateway(proxy.port, which.tls()))
                    .service("shop", backend.port())
                    .route("shop", "- backendRefs: [{name: shop, port: 80}]");
            assertThat(proxy.apply().findings()).isEmpty();
            return run(program, home, proxy.port, which.tls());
        }
    }

    /** What h2spec found, by the names of its tests. */
    private record Report(int passed, Map<String, String> failed, Set<String> skipped) {

        static Report read(Path file) throws Exception {
            // Frames that came are told with their bytes, which XML does not allow.
            String text = new String(Files.readAllBytes(file), ISO_8859_1).replaceAll("[^\\n\\x20-\\x7e]", "?");
            Document document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(text)));
            NodeList cases = document.getElementsByTagName("testcase");
            Map<String, String> failed = new TreeMap<>();
            Set<String> skipped = new TreeSet<>();
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                String name = test.getAttribute("package") + ": " + test.getAttribute("classname");
                if (test.getElementsByTagName("skipped").getLength() > 0) {
                    skipped.add(name);
                } else if (!test.getTextContent().isBlank()) {
                    failed.put(name, test.getTextContent());
                }
            }
            return new Report(cases.getLength() - failed.size() - skipped.size(), failed, skipped);
        }
    }

    private static Report run(Path program, Path home, int port, boolean tls) throws Exception {
        Path file = home.resolve("report.xml");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--port",
                Integer.toString(port),
                "--timeout",
                "3",
                "--junit-report",
                file.toString()));
        if (tls) {
            command.addAll(List.of("--tls", "--insecure"));
        }
        command.addAll(List.of("generic", "http2", "hpack"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("h2spec.log").toFile())
                .start();
        try {
            assertThat(process.waitFor(Duration.ofMinutes(4).toSeconds(), TimeUnit.SECONDS))
                    .as("h2spec has ended")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Report.read(file);
    }
}
