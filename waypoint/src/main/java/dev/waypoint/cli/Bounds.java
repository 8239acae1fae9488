package dev.waypoint.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What options must keep to. */
final class Bounds {

    private static final int MAX_PORT = 65_535;

    private Bounds() {}

    /** @throws ParameterException with the text, unless the value is good */
    static void check(CommandSpec spec, boolean good, String otherwise) {
        if (!good) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    /** @throws ParameterException if there is no such port; 0 is any free one */
    static void port(CommandSpec spec, String option, int port) {
        check(spec, port >= 0 && port <= MAX_PORT, option + " is " + port + ", expected 0 to " + MAX_PORT);
    }

    /**
     * The place of the colon in an address of the form {@code HOST:PORT}.
     *
     * @throws ParameterException if it has another form
     */
    static int address(CommandSpec spec, String option, String address) {
        int colon = address.lastIndexOf(':');
        boolean wellFormed = colon > 0 && address.substring(colon + 1).matches("[0-9]{1,5}");
        check(spec, wellFormed, option + " is " + address + ", expected HOST:PORT");
        port(spec, "the port of " + option, Integer.parseInt(address.substring(colon + 1)));
        return colon;
    }

    /** @throws ParameterException for a negative time */
    static void seconds(CommandSpec spec, String option, int seconds) {
        check(spec, seconds >= 0, option + " is " + seconds + ", expected 0 or more seconds");
    }
}
