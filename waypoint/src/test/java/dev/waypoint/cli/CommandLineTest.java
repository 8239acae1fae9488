package dev.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.observe.AccessLogMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class CommandLineTest {

    /** Writes down what it is asked for. */
    private static final class Asked implements Operations {
        final List<Record> requests = new ArrayList<>();

        @Override
        public int run(RunRequest request) {
            requests.add(request);
            return 0;
        }

        @Override
        public int convertEnvoy(Path file, Optional<Path> plugins, boolean strict) {
            return ExitCode.OK;
        }

        @Override
        public int runEnvoy(RunRequest request, boolean strict) {
            return run(request);
        }

        @Override
        public int validate(ValidateRequest request) {
            requests.add(request);
            return 1;
        }

        @Override
        public int explain(ExplainRequest request) {
            requests.add(request);
            return 1;
        }

        @Override
        public int simulateLimits(SimulateRequest request) {
            requests.add(request);
            return 0;
        }

        @Override
        public ProcessorOperations processors() {
            return new ProcessorOperations() {
                @Override
                public int listTranscripts(Path folder) {
                    requests.add(new SimpleRequest("list", List.of(folder)));
                    return 0;
                }

                @Override
                public int showTranscripts(List<Path> files) {
                    requests.add(new SimpleRequest("show", files));
                    return 0;
                }

                @Override
                public int check(CheckProcessorRequest request) {
                    requests.add(request);
                    return 0;
                }

                @Override
                public int replay(ReplayRequest request) {
                    requests.add(request);
                    return 1;
                }
            };
        }

        @Override
        public ClusterOperations cluster() {
            return new ClusterOperations() {
                @Override
                public int proxy(ProxyRequest request) {
                    requests.add(request);
                    return 0;
                }

                @Override
                public int controller(ControllerRequest request) {
                    requests.add(request);
                    return 0;
                }

                @Override
                public int status(StatusRequest request) {
                    requests.add(request);
                    return 0;
                }

                @Override
                public int config(ConfigRequest request) {
                    requests.add(request);
                    return 0;
                }
            };
        }

        @Override
        public int warmUp() {
            return 0;
        }
    }

    /** A request that needs no record of its own. */
    private record SimpleRequest(String command, List<Path> paths) {}

    private final Asked asked = new Asked();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return WaypointCommand.execute(asked, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void checkTakesModesAndHeaders() {
        assertThat(execute("extproc", "check", "--target", "host:9", "--mode", "streamed,duplex", "--header", "A: b"))
                .isZero();
        assertThat(asked.requests).singleElement().isInstanceOfSatisfying(CheckProcessorRequest.class, request -> {
            assertThat(request.processor()).isEqualTo(ProcessorAddressRequest.plain("host", 9));
            assertThat(request.modes()).containsExactly(ProcessorMode.streamed, ProcessorMode.duplex);
            assertThat(request.sample().headers()).containsExactly("a", "b");
        });
        assertThat(execute("extproc", "check", "--target", "host")).isEqualTo(2);
        assertThat(execute("extproc", "check", "--target", "host:9", "--mode", "none"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--mode").contains("'none'");
    }

    @Test
    void theControllerKnowsItsPlace() {
        assertThat(execute("controller", "--pod=c-1", "--namespace=infra", "--image=img:1", "--stream-port=0"))
                .isZero();

        assertThat(asked.requests).singleElement().isInstanceOfSatisfying(ControllerRequest.class, request -> {
            assertThat(request.pod()).isEqualTo("c-1");
            assertThat(request.proxies().image()).isEqualTo("img:1");
            assertThat(request.proxies().address()).isEqualTo("waypoint-controller.infra.svc:15010");
            assertThat(request.ports()).isEqualTo(new ControllerRequest.Ports(0, 15021, 15020));
        });
    }

    @Test
    void runHasSafeDefaults() {
        assertThat(execute("run", "conf")).isZero();

        assertThat(asked.requests).singleElement().isInstanceOfSatisfying(RunRequest.class, request -> {
            assertThat(request.config()).isEqualTo(Path.of("conf"));
            assertThat(request.withLocalRun()).isTrue();
            assertThat(request.network().adminBind()).isEqualTo("127.0.0.1");
            assertThat(request.network().adminPort()).isEqualTo(15000);
            assertThat(request.network().workers())
                    .isEqualTo(Runtime.getRuntime().availableProcessors());
            assertThat(request.network().drain())
                    .isEqualTo(new RunRequest.Drain(Duration.ZERO, Duration.ofSeconds(30)));
            assertThat(request.network().sessionSecret()).isEmpty();
            assertThat(request.logs().access()).isEmpty();
        });
    }

    @Test
    void runTakesItsOptions() {
        execute(
                "run --config conf --bind 127.0.0.1 --admin-port 0 --workers 3 --access-log sampled=5% --log-format JSON --drain-delay 5 --session-secret pom.xml"
                        .split(" "));

        assertThat(asked.requests).singleElement().isInstanceOfSatisfying(RunRequest.class, request -> {
            assertThat(request.withLocalRun())
                    .as("programs are started for the bare form only")
                    .isFalse();
            assertThat(request.network().bind()).isEqualTo("127.0.0.1");
            assertThat(request.network().adminPort()).isZero();
            assertThat(request.network().workers()).isEqualTo(3);
            assertThat(request.network().drain().delay()).isEqualTo(Duration.ofSeconds(5));
            assertThat(request.network().sessionSecret()).hasToString("Optional[(redacted)]");
            assertThat(request.logs().format()).isEqualTo(LogFormat.json);
            assertThat(request.logs().access()).contains(new AccessLogMode.Sampled(5));
        });
    }

    @Test
    void runRecordsWhereItIsTold() {
        execute("run", "conf");
        execute("run", "conf", "--transcripts", "recorded", "--transcripts-max-mib", "2");
        assertThat(asked.requests)
                .extracting(request -> ((RunRequest) request).logs().transcripts())
                .containsExactly(
                        Optional.empty(), Optional.of(new RunRequest.Transcripts(Path.of("recorded"), 1000, 2 << 20)));
    }

    @Test
    void explainTakesHeaders() {
        assertThat(execute("explain", "conf", "--url", "http://x/", "-H", "a: b", "-H", "c: d"))
                .isEqualTo(1);

        assertThat(asked.requests)
                .singleElement()
                .isInstanceOfSatisfying(
                        ExplainRequest.class,
                        request -> assertThat(request.headers()).containsExactly("a: b", "c: d"));
    }

    @Test
    void explainAsksAFolderOrACluster() {
        execute("explain", "conf", "--url", "http://x/");
        execute("explain", "-n", "shop", "--gateway", "edge", "--from", "web", "--url", "http://x/");
        assertThat(asked.requests)
                .extracting(request -> ((ExplainRequest) request).source())
                .containsExactly(
                        new ExplainRequest.Source.Folder(Path.of("conf")),
                        new ExplainRequest.Source.Cluster("shop", Optional.of("edge"), Optional.of("web")));
    }

    @Test
    void theConfigurationOfAPodIsAskedFor() {
        assertThat(execute("config", "-n", "shop", "--pod", "edge-1", "-o", "json"))
                .isZero();
        assertThat(execute("config", "--pod", "edge-1")).isZero();
        assertThat(asked.requests)
                .containsExactly(
                        new ConfigRequest(Optional.of("shop"), "edge-1", true),
                        new ConfigRequest(Optional.empty(), "edge-1", false));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        run                                  | name a folder of configuration
        run a --config b                     | DIR and --config name two folders
        run a --admin-port 70000             | --admin-port is 70000, expected 0 to 65535
        run a --workers -1                   | --workers is -1, expected 1 to 1024
        run a --drain-delay -1               | --drain-delay is -1, expected 0 or more seconds
        run a --session-secret no/such/file  | --session-secret no/such/file cannot be read
        run a --access-log some              | --access-log is some, expected off, full or sampled=PERCENT%
        run a --log-level loud               | --log-level is loud
        run a --transport carrier-pigeon     | expected one of [netty, armeria]
        run a --unknown                      | Unknown option: '--unknown'
        explain a                            | Missing required option: '--url=URL'
        explain a --url http://x -H nonsense | the header is 'nonsense', expected 'name: value'
        explain a -n b --url http://x        | a folder and --namespace name two configurations
        explain a --gateway b --url http://x | --gateway and --from ask a cluster, and need --namespace
        config                               | Missing required option: '--pod=NAME'
        run a --transcripts-max-files 0      | --transcripts-max-files is 0, expected 1 or more
        extproc replay a                     | Missing required option: '--target=HOST:PORT'
        extproc replay a --target b          | --target is 'b', expected HOST:PORT
        extproc replay a --target b:1 --timeout 0 | --timeout is 0, expected 1 or more seconds
        serve a                              | Unmatched argument
        """)
    void whatIsWrongIsSaid(String line, String message) {
        assertThat(execute(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
        assertThat(asked.requests).isEmpty();
    }

    @Test
    void limitsAreSimulated() {
        assertThat(execute("limits", "simulate", "--policy", "p.yaml", "--access-log", "a.log", "--replicas", "3"))
                .isZero();
        assertThat(asked.requests).containsExactly(new SimulateRequest(Path.of("p.yaml"), Path.of("a.log"), 3));
        assertThat(execute("limits")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void transcriptsAreListedAndShown() {
        assertThat(execute("extproc", "transcripts", "list", "recorded")).isZero();
        assertThat(execute("extproc", "transcripts", "show", "a", "b")).isZero();
        assertThat(asked.requests)
                .containsExactly(
                        new SimpleRequest("list", List.of(Path.of("recorded"))),
                        new SimpleRequest("show", List.of(Path.of("a"), Path.of("b"))));
        assertThat(execute(
                        "extproc", "replay", "a", "--target", "[::1]:90", "--ignore-header", "X-A", "--timeout", "1"))
                .isEqualTo(1);
        assertThat(asked.requests.getLast())
                .isEqualTo(new ReplayRequest(
                        List.of(Path.of("a")),
                        ProcessorAddressRequest.plain("::1", 90),
                        List.of("X-A"),
                        List.of(),
                        Duration.ofSeconds(1)));
        assertThat(execute(
                        "extproc",
                        "replay",
                        "a",
                        "--target",
                        "p:90",
                        "--ca",
                        "ca",
                        "--cert",
                        "crt",
                        "--key",
                        "key",
                        "--authority",
                        "p.example"))
                .isEqualTo(1);
        assertThat(((ReplayRequest) asked.requests.getLast()).processor())
                .isEqualTo(new ProcessorAddressRequest(
                        "p",
                        90,
                        true,
                        Optional.of(Path.of("ca")),
                        Optional.of(Path.of("crt")),
                        Optional.of(Path.of("key")),
                        Optional.of("p.example")));
        assertThat(execute("extproc", "check", "--target", "p:90", "--cert", "crt"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--cert is given without --key");
        assertThat(execute("extproc", "check", "--target", "p:70000")).isEqualTo(ExitCode.USAGE);
        assertThat(execute("extproc")).isEqualTo(ExitCode.USAGE);
        assertThat(execute("extproc", "transcripts")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void helpAndReferencePageTellEveryExitStatus() throws Exception {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("Exit status:").contains("validate").doesNotContain("warm-up");
        String page = Files.readString(Path.of("..", "docs", "cli.md"));
        for (Field code : ExitCode.class.getFields()) {
            int status = code.getInt(null);
            assertThat(out.toString()).as("help").contains("\n  %-4d ".formatted(status));
            assertThat(page).as("docs/cli.md").contains("\n| " + status + " | ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "validate",
                "explain",
                "controller",
                "status",
                "config",
                "proxy",
                "limits",
                "convert",
                "extproc"
            })
    void everyCommandHasItsHelp(String command) {
        assertThat(execute(command, "--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: waypoint " + command + " ");
    }

    /** The commands that help tells of, and those below them. */
    private static Stream<CommandLine> visible(CommandLine parent) {
        return parent.getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .flatMap(command -> Stream.concat(Stream.of(command), visible(command)));
    }

    @Test
    void theReferencePageNamesEveryCommandAndOption() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "cli.md"));
        for (CommandLine command : visible(WaypointCommand.commandLine(asked)).toList()) {
            String name = command.getCommandSpec().qualifiedName(" ").substring("waypoint ".length());
            if (command.getSubcommands().isEmpty()) {
                assertThat(page).containsAnyOf("| `" + name + "`", "| `" + name + " ", ", `" + name + " ");
            }
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (!option.usageHelp() && !option.versionHelp()) {
                    assertThat(page).as(name + " " + option.longestName()).containsAnyOf(option.names());
                }
            }
        }
    }
}
