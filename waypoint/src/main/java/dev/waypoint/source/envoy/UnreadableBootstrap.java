package dev.waypoint.source.envoy;

import java.io.Serial;

/** A file that cannot be read, or is neither YAML nor JSON. */
public final class UnreadableBootstrap extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    /** @param message what is wrong, naming the file */
    UnreadableBootstrap(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
