package dev.waypoint.app;

import dev.waypoint.cli.WaypointCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program. */
public final class Main {

    private Main() {}

    /** Runs a command line and ends with its status. */
    @SuppressWarnings("SystemOut") // the program's own output
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = WaypointCommand.execute(new Commands(out, err), out, err, arguments);
        out.flush();
        System.exit(status);
    }
}
