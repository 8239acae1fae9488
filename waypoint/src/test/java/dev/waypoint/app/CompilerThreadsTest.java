package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who has priority in a process of its own: what is lowered once stays low there, unless the system allows more. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "threads have a niceness of their own on Linux only")
class CompilerThreadsTest {

    /** Number 23 of the capabilities: {@code CAP_SYS_NICE}. */
    private static final long SYS_NICE = 1L << 23;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "a tenth beside requests, -Dnothing=1, 10",
        "as the user says, -Dwaypoint.compiler.nice=3, 3",
        "off, -Dwaypoint.compiler.nice=0, 0"
    })
    void theOptimisingCompilerYieldsAndNothingElseDoes(String name, String option, String nice) throws Exception {
        assertThat(run(List.of(), option, "yield")).containsExactly(threads(Integer.parseInt(nice), 0));
    }

    @Test
    void whoMayGetsTheUsualPriorityBack() throws Exception {
        assumeThat(capabilities() & SYS_NICE).as("may lower a niceness").isNotZero();
        assertThat(run(List.of(), "-Dnothing=1", "share"))
                .containsExactly(threads(10, 0), "it has niceness " + usual() + " again", threads(0, 0));
    }

    @Test
    void whoMayNotMakesAllThreadsEqualWhereNobodySeesIt() throws Exception {
        assertThat(run(unprivileged(), "-Dnothing=1", "alone"))
                .containsExactly(
                        threads(10, 0),
                        "all threads have niceness " + (usual() + 10)
                                + " now, the system allows no less, and no other process sees it",
                        threads(10, 10),
                        "a new thread " + (usual() + 10));
    }

    @Test
    void whoMayNotAndIsNotAloneStaysAsItIs() throws Exception {
        assertThat(run(unprivileged(), "-Dnothing=1", "share"))
                .containsExactly(
                        threads(10, 0),
                        "it keeps niceness " + (usual() + 10)
                                + ", the system allows no less, and other processes share the CPU with this one",
                        threads(10, 0));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "at once, -Dwaypoint.compiler.patience.millis=0, false",
        "when it has waited for longer than this test takes, -Dwaypoint.compiler.patience.millis=600000, true",
        "nothing to give back, -Dwaypoint.compiler.nice=0, false"
    })
    void theShareComesBackWhenTheCompilerHasWaited(String name, String option, boolean yields) throws Exception {
        assumeThat(capabilities() & SYS_NICE).as("may lower a niceness").isNotZero();
        assertThat(run(List.of(), option, "look")).last().isEqualTo(threads(yields ? 10 : 0, 0));
    }

    /** What the child says of its threads, which start with the niceness of this process. */
    private static String threads(int compiler, int others) throws IOException {
        return "compiler " + (usual() + compiler) + ", others " + (usual() + others);
    }

    private static int usual() throws IOException {
        return ScheduledThread.all().stream()
                .mapToInt(ScheduledThread::niceness)
                .min()
                .orElseThrow();
    }

    private static long capabilities() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .sum();
    }

    /** What takes the privilege away from a program that follows. */
    private static List<String> unprivileged() throws IOException {
        if ((capabilities() & SYS_NICE) == 0) {
            return List.of();
        }
        Path setpriv = Path.of("/usr/bin/setpriv");
        assumeThat(setpriv).as("takes a privilege away").isExecutable();
        return List.of(setpriv.toString(), "--bounding-set=-sys_nice", "--inh-caps=-sys_nice");
    }

    private static List<String> run(List<String> before, String option, String step) throws Exception {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "--enable-native-access=ALL-UNNAMED",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                step));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return said.lines().toList();
    }

    /** Lowers the priority, takes a further step, and tells what came of it. */
    static final class Child {
        private Child() {}

        @SuppressWarnings("SystemOut") // what the test reads
        public static void main(String[] arguments) throws Exception {
            CompilerThreads.yieldToRequests();
            tell();
            switch (arguments[0]) {
                case "share" -> System.out.println(CompilerThreads.share(false));
                case "alone" -> System.out.println(CompilerThreads.share(true));
                case "look" -> CompilerThreads.watch().look();
                default -> {
                    return;
                }
            }
            tell();
            if (arguments[0].equals("alone")) {
                Thread thread = Thread.ofPlatform().start(() -> System.out.println("a new thread " + own()));
                thread.join();
            }
        }

        private static String own() {
            try {
                Path folder = Path.of("/proc/thread-self");
                return "" + new ScheduledThread(folder, Files.readString(folder.resolve("stat"))).niceness();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @SuppressWarnings("SystemOut")
        private static void tell() throws IOException {
            System.out.println("compiler " + niceness(true) + ", others " + niceness(false));
        }

        /** All that there are, above that of the test's own process. */
        private static String niceness(boolean optimising) throws IOException {
            try (Stream<ScheduledThread> threads = ScheduledThread.all().stream()) {
                return threads
                        .filter(thread -> thread.optimises() == optimising)
                        .map(thread -> "" + thread.niceness())
                        .collect(Collectors.toCollection(TreeSet::new))
                        .stream()
                        .collect(Collectors.joining(" and "));
            }
        }
    }
}
