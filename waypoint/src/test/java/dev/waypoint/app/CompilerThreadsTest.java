package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who has priority in a process of its own: what is lowered once stays low. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "threads have a niceness of their own on Linux only")
class CompilerThreadsTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "a tenth beside requests, -Dnothing=1, 10",
        "as the user says, -Dwaypoint.compiler.nice=3, 3",
        "off, -Dwaypoint.compiler.nice=0, 0"
    })
    void theOptimisingCompilerYieldsAndNothingElseDoes(String name, String option, String nice) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "--enable-native-access=ALL-UNNAMED",
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(said.strip()).isEqualTo("[" + nice + "] nicer than one of 1");
    }

    /** Lowers the priority and tells what came of it. */
    static final class Child {
        private Child() {}

        @SuppressWarnings("SystemOut") // what the test reads
        public static void main(String[] arguments) throws IOException {
            CompilerThreads.yieldToRequests();
            Set<Integer> optimising = new TreeSet<>();
            Set<Integer> others = new TreeSet<>();
            try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
                for (Path thread : threads.toList()) {
                    String stat = Files.readString(thread.resolve("stat"));
                    (stat.contains("(C2 Compiler") ? optimising : others).add(CompilerThreads.niceness(stat));
                }
            }
            int usual = others.iterator().next();
            System.out.println(
                    optimising.stream().map(each -> each - usual).toList() + " nicer than one of " + others.size());
        }
    }
}
