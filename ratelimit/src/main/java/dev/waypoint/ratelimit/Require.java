package dev.waypoint.ratelimit;

/** Checks of configuration values; the message says what, the actual value and what was expected. */
final class Require {

    private Require() {}

    static void between(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is " + value + ", expected " + least + " to " + most);
        }
    }

    /** A name that may stand in a header field as it is: 1 to 253 printable ASCII characters. */
    static void name(String what, String value) {
        boolean printable = value.chars().allMatch(c -> c >= 0x20 && c <= 0x7e);
        if (value.isEmpty() || value.length() > 253 || !printable) {
            throw new IllegalArgumentException(
                    what + " is '" + value + "', expected 1 to 253 printable ASCII characters");
        }
    }
}
