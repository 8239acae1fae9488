package dev.waypoint.app;

import dev.waypoint.cli.WaypointCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The program. */
public final class Main {

    /** The commands that answer requests. */
    private static final Set<String> SERVING = Set.of("run", "proxy");

    private Main() {}

    /** Runs a command line and ends with its status. */
    @SuppressWarnings("SystemOut") // the program's own output
    public static void main(String[] arguments) {
        if (arguments.length > 0 && SERVING.contains(arguments[0])) {
            CompilerThreads.yieldToRequests();
        }
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = WaypointCommand.execute(new Commands(out, err), out, err, arguments);
        out.flush();
        System.exit(status);
    }
}
