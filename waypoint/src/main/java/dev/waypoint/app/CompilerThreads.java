package dev.waypoint.app;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the JVM's optimising compiler. After a start it has seconds of work, for which it takes half of the only core from the
 * requests that come, though they run well enough on what the quick compiler made: at two thirds of the speed that they will have in
 * the end. So it gets what requests leave, and a tenth of the core when they leave nothing.
 *
 * <p>The JVM has a priority for the threads of both compilers together only ({@code -XX:CompilerThreadPriority}), and the quick one must
 * not wait: what it has not compiled is interpreted, twenty times as slowly.
 */
final class CompilerThreads {

    /** The system property that says how much nicer they are than all other threads: 0 to 19. */
    static final String PROPERTY = "waypoint.compiler.nice";

    /** A weight of 110 beside the 1024 of other threads, by the table of Linux' scheduler. */
    private static final int NICE = 10;

    private static final int MOST = 19;

    /** {@code PRIO_PROCESS} of setpriority(2); on Linux its identifier may be that of one thread. */
    private static final int ONE = 0;

    /** What Linux keeps of the name {@code C2 CompilerThread0}; threads that the compiler adds later inherit their niceness. */
    private static final String NAME = "(C2 CompilerThre)";

    /** Where the niceness is among the fields that follow the name in proc_pid_stat(5). */
    private static final int NICE_FIELD = 16;

    private CompilerThreads() {}

    /** Lowers their priority on Linux. Where that is not possible, nothing is lost but the first seconds' speed. */
    static void yieldToRequests() {
        int nice = Math.clamp(Integer.getInteger(PROPERTY, NICE), 0, MOST);
        Path tasks = Path.of("/proc/self/task");
        if (nice == 0 || !Files.isDirectory(tasks)) {
            return;
        }
        try {
            lower(tasks, nice);
        } catch (IOException | RuntimeException e) {
            log().warn("the compiler's threads keep their priority: {}", e.toString());
        }
    }

    private static void lower(Path tasks, int nice) throws IOException {
        MethodHandle setPriority = setPriority();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String stat = stat(thread);
                if (stat.contains(NAME)) {
                    int id = Integer.parseInt(thread.getFileName().toString());
                    int wanted = Math.min(MOST, niceness(stat) + nice);
                    if (call(setPriority, id, wanted) != 0) {
                        log().warn("the compiler's thread {} keeps its priority: the system refused {}", id, wanted);
                    }
                }
            }
        }
    }

    private static String stat(Path thread) throws IOException {
        try (InputStream in = new FileInputStream(thread.resolve("stat").toFile())) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** The name may hold blanks, so fields are counted from its end. */
    static int niceness(String stat) {
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
    }

    @SuppressWarnings("restricted") // the launcher and the image allow native access
    private static MethodHandle setPriority() {
        Linker linker = Linker.nativeLinker();
        SymbolLookup lookup = linker.defaultLookup();
        return linker.downcallHandle(
                lookup.find("setpriority")
                        .orElseThrow(() -> new UnsupportedOperationException("the C library has no setpriority")),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    private static int call(MethodHandle setPriority, int id, int nice) {
        try {
            return (int) setPriority.invokeExact(ONE, id, nice);
        } catch (Throwable e) {
            throw new IllegalStateException("setpriority cannot be called", e);
        }
    }

    /** Made only where there is something to say: logging is not set up when this runs. */
    private static Logger log() {
        return LoggerFactory.getLogger(CompilerThreads.class);
    }
}
