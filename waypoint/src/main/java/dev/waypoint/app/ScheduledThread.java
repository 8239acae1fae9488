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
import java.util.ArrayList;
import java.util.List;

/**
 * A thread of this process as Linux' scheduler sees it: there each thread has a niceness of its own, and gives it to those that it starts.
 *
 * @param folder what proc_pid_task(5) has of it
 * @param stat its line of proc_pid_stat(5), at the time when it was looked at
 */
record ScheduledThread(Path folder, String stat) {

    /** The highest niceness. */
    static final int NICEST = 19;

    private static final Path TASKS = Path.of("/proc/self/task");

    /** What Linux keeps of the name {@code C2 CompilerThread0}. */
    private static final String COMPILER = "(C2 CompilerThre)";

    /** Where the niceness is among the fields that follow the name. */
    private static final int NICE_FIELD = 16;

    /** {@code PRIO_PROCESS} of setpriority(2); on Linux its identifier may be that of one thread. */
    private static final int ONE = 0;

    /** All that there are now; none where the system is not Linux. */
    static List<ScheduledThread> all() throws IOException {
        List<ScheduledThread> all = new ArrayList<>();
        if (!Files.isDirectory(TASKS)) {
            return all;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(TASKS)) {
            for (Path folder : folders) {
                String stat = read(folder.resolve("stat"));
                if (!stat.isEmpty()) {
                    all.add(new ScheduledThread(folder, stat));
                }
            }
        }
        return all;
    }

    /** Whether it belongs to the JVM's optimising compiler. */
    boolean optimises() {
        return stat.contains(COMPILER);
    }

    int id() {
        return Integer.parseInt(folder.getFileName().toString());
    }

    /** The name may hold blanks, so fields are counted from its end. */
    int niceness() {
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
    }

    /** For how many nanoseconds of its life it could have run and had no core; 0 where the system does not count them. */
    long waitedNanos() {
        // Time on a core, time waiting for one, and how often it got one.
        String[] counts = read(folder.resolve("schedstat")).split(" ");
        return counts.length < 2 ? 0 : Long.parseLong(counts[1]);
    }

    /** Empty if the thread has ended, or the system has no such file. */
    private static String read(Path file) {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            // There is none, or the thread ended between opening and reading.
            return "";
        }
    }

    /** The system call that changes a niceness. */
    @FunctionalInterface
    interface SetPriority {

        /** Whether the system allowed it: everybody may be nicer, few may be less nice. */
        boolean set(ScheduledThread thread, int niceness);

        /** That of this system. */
        @SuppressWarnings("restricted") // the launcher and the image allow native access
        static SetPriority system() {
            Linker linker = Linker.nativeLinker();
            SymbolLookup lookup = linker.defaultLookup();
            MethodHandle handle = linker.downcallHandle(
                    lookup.find("setpriority")
                            .orElseThrow(() -> new UnsupportedOperationException("the C library has no setpriority")),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            return (thread, niceness) -> call(handle, thread.id(), niceness) == 0;
        }

        private static int call(MethodHandle handle, int id, int niceness) {
            try {
                return (int) handle.invokeExact(ONE, id, niceness);
            } catch (Throwable e) {
                throw new IllegalStateException("setpriority cannot be called", e);
            }
        }
    }
}
