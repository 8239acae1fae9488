package dev.waypoint.extproc.replay;

/**
 * Something that a processor answers differently.
 *
 * @param place which reply, and where in it
 * @param recorded what was recorded; empty if nothing was
 * @param now what it is now; empty if it is nothing
 */
public record Difference(String place, String recorded, String now) {

    private static final String NOTHING = "(nothing)";

    /** Three lines: the place, what was recorded, what it is now. */
    @Override
    public String toString() {
        return "  " + place + "\n    recorded  " + shown(recorded) + "\n    now       " + shown(now) + "\n";
    }

    private static String shown(String value) {
        return value.isEmpty() ? NOTHING : value;
    }
}
