package dev.waypoint.source;

/** A file is not YAML or JSON at all. */
final class MalformedText extends Exception {

    private static final long serialVersionUID = 1;

    private final int line;
    private final String problem;

    MalformedText(int line, String problem) {
        super(problem);
        this.line = line;
        this.problem = problem;
    }

    /** What is wrong. */
    String problem() {
        return problem;
    }

    /** The line at which reading failed, counted from 1. */
    int line() {
        return line;
    }
}
