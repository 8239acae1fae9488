package dev.waypoint.cli;

/** What the program's exit status says. */
public final class ExitCode {

    /** Done; of {@code run}: ended after a drain. */
    public static final int OK = 0;

    /** {@code validate} found errors; {@code explain} found no route; another tool found something wrong. */
    public static final int NEGATIVE = 1;

    /** The command line is wrong. */
    public static final int USAGE = 2;

    /** The configuration cannot be read at all: no such folder, no permission. */
    public static final int NO_INPUT = 3;

    /** The proxy cannot start: no listener could be opened, or the admin port is taken. */
    public static final int CANNOT_START = 4;

    /** The controller lost the lead to another one; it is to be started again. */
    public static final int LEAD_LOST = 5;

    /** A bug of ours. */
    public static final int INTERNAL = 70;

    /** Stopped at once by a second signal. */
    public static final int STOPPED = 130;

    private ExitCode() {}
}
